/**
 * Trouble on demand, in process and over a socket.
 */
import { request } from "node:http"
import { gunzipSync } from "node:zlib"
import { describe, expect, it } from "vitest"
import { type Faults, makeSandbox, type Sandbox } from "../src/index.js"
import { type Listening, listen } from "../src/node.js"
import { API, clientOf, SESSION_DENIED } from "./client.js"

const KEY = "/3/authentication"
const EXCHANGE = "POST /3/authentication/session/new"

const start = (...faults: ReadonlyArray<Faults.Rule>) => {
  const sandbox = makeSandbox({ faults })
  return { sandbox, ...clientOf(sandbox) }
}

const onPort = async (rules: ReadonlyArray<Faults.Rule>, use: (sandbox: Listening) => Promise<void>) => {
  const sandbox = await listen({ faults: rules })
  try {
    await use(sandbox)
  } finally {
    await sandbox.close()
  }
}

const codeOf = async (promise: Promise<unknown>): Promise<unknown> => {
  try {
    await promise
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError)
    return ((error as TypeError).cause as { code: string }).code
  }
  throw new Error("It did not fail.")
}

describe("faults that answer in TMDB's place", () => {
  it.each([
    [{ fault: "maintenance" }, 503, 46],
    [{ fault: "offline" }, 503, 9],
    [{ fault: "internalError" }, 500, 11],
    [{ fault: "backendTimeout" }, 504, 24],
    [{ fault: "rateLimited" }, 429, 25]
  ] as const)("%j", async (fault, status, code) => {
    const { call } = start(fault)
    const answered = await call("GET", KEY)
    expect(answered.status).toBe(status)
    expect(answered.json().status_code).toBe(code)
    expect(answered.headers.get("x-cache")).toBe("Error from cloudfront")
    expect(answered.headers.has("etag")).toBe(false)
  })

  it("limit the rate as TMDB's gateway does: a newline, no `success`, and Retry-After if wanted", async () => {
    const { call } = start({ fault: "rateLimited" }, { fault: "rateLimited", retryAfter: 7 })
    const without = await call("GET", KEY)
    expect(without.body).toBe(
      '{"status_code":25,"status_message":"Your request count (46) is over the allowed limit of 40."}\n'
    )
    expect(without.headers.get("content-type")).toBe("application/json; charset=utf-8")
    expect(without.headers.has("retry-after")).toBe(false)
    expect((await call("GET", KEY)).headers.get("retry-after")).toBe("7")
  })

  it("limit the rate in the shape of other failures if told so", async () => {
    const sandbox = makeSandbox({ faults: [{ fault: "rateLimited" }], unknowns: { rateLimitBody: "app" } })
    expect((await clientOf(sandbox).call("GET", KEY)).body).toBe(
      '{"success":false,"status_code":25,"status_message":"Your request count (46) is over the allowed limit of 40."}'
    )
  })

  it.each([
    ["badGateway", 502],
    ["gatewayTimeout", 504]
  ] as const)("are HTML when the edge speaks: %s", async (fault, status) => {
    const answered = await start({ fault }).call("GET", KEY)
    expect(answered.status).toBe(status)
    expect(answered.headers.get("content-type")).toBe("text/html")
    expect(answered.body).toMatch(new RegExp(`^<html>\\r\\n<head><title>${status} `))
  })

  it("say in the status line that the backend is at capacity", () =>
    onPort([{ fault: "atCapacity" }], async (sandbox) => {
      const answered = await fetch(`${sandbox.apiUrl}${KEY}?api_key=${sandbox.apiKey}`)
      expect(answered.status).toBe(503)
      expect(answered.statusText).toBe("Service Unavailable: Back-end server is at capacity")
      expect(await answered.text()).toBe("")
    }))

  it("redirect", async () => {
    const { call, sandbox } = start({
      fault: "redirect",
      location: "/3/movie/550",
      endpoint: "GET /3/authentication",
      times: "always"
    })
    const answered = await call("GET", KEY)
    expect([answered.status, answered.headers.get("location")]).toEqual([302, "/3/movie/550"])
    const url = `${API}${KEY}`
    const headers = { authorization: `Bearer ${sandbox.accessToken}` }
    const followed = await sandbox.fetch(url, { headers })
    expect([followed.url, followed.redirected, followed.status]).toEqual([`${API}/3/movie/550`, true, 200])
    await expect(sandbox.fetch(url, { headers, redirect: "error" })).rejects.toBeInstanceOf(TypeError)
  })

  it("do nothing of what was asked", async () => {
    const { exchange, requestToken, sandbox } = start()
    const token = await requestToken()
    sandbox.approve(token)
    sandbox.faults.add({ fault: "internalError", endpoint: EXCHANGE })
    expect((await exchange(token)).status).toBe(500)
    expect((await exchange(token)).status).toBe(200)
  })
})

describe("faults on the way back", () => {
  it("compress without saying so", async () => {
    const { sandbox } = start({ fault: "unmarkedGzip" })
    const answered = await sandbox.fetch(`${API}${KEY}?api_key=${sandbox.apiKey}`)
    expect(answered.headers.has("content-encoding")).toBe(false)
    expect(gunzipSync(new Uint8Array(await answered.arrayBuffer())).toString()).toBe('{"success":true}')
  })

  it("compress without saying so over a socket, whatever the client asked for", () =>
    onPort([{ fault: "unmarkedGzip" }], async (sandbox) => {
      const headers = { "accept-encoding": "gzip, br" }
      const answered = await fetch(`${sandbox.apiUrl}${KEY}?api_key=${sandbox.apiKey}`, { headers })
      expect(answered.headers.has("content-encoding")).toBe(false)
      expect(gunzipSync(new Uint8Array(await answered.arrayBuffer())).toString()).toBe('{"success":true}')
    }))

  it("write times by a clock that is off", async () => {
    const sandbox = makeSandbox({
      now: () => Date.parse("2025-06-01T12:00:00Z"),
      faults: [{ fault: "skewedClock", by: -7_200_000 }]
    })
    const answered = await clientOf(sandbox).call("GET", "/3/authentication/token/new")
    expect(answered.json().expires_at).toBe("2025-06-01 11:00:00 UTC")
    expect(answered.headers.get("date")).toBe("Sun, 01 Jun 2025 10:00:00 GMT")
  })

  it("cut the body short, in process", async () => {
    const { sandbox } = start({ fault: "truncatedBody", bytes: 5 })
    const answered = await sandbox.fetch(`${API}${KEY}?api_key=${sandbox.apiKey}`)
    const reader = answered.body?.getReader()
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('{"suc')
    expect(await codeOf(reader?.read() ?? Promise.resolve())).toBe("UND_ERR_SOCKET")
  })

  it("cut the body short, over a socket", () =>
    onPort([{ fault: "truncatedBody" }], async (sandbox) => {
      const answered = await fetch(`${sandbox.apiUrl}${KEY}?api_key=${sandbox.apiKey}`)
      expect(answered.status).toBe(200)
      expect(await codeOf(answered.text())).toBe("UND_ERR_SOCKET")
    }))

  it("let the body drip, in process and over a socket", async () => {
    const rule = { fault: "drippingBody", interval: 1 } as const
    const countChunks = async (fetch: typeof globalThis.fetch, base: string, apiKey: string) => {
      const answered = await fetch(`${base}${KEY}?api_key=${apiKey}`, {
        headers: { "accept-encoding": "identity" }
      })
      let chunks = 0
      let text = ""
      for await (const chunk of answered.body ?? []) {
        chunks += 1
        text += new TextDecoder().decode(chunk)
      }
      expect(text).toBe('{"success":true}')
      return chunks
    }
    const { sandbox } = start(rule)
    expect(await countChunks(sandbox.fetch, API, sandbox.apiKey)).toBe(16)
    await onPort([rule], async ({ apiKey, apiUrl }) => {
      expect(await countChunks(fetch, apiUrl, apiKey)).toBeGreaterThan(1)
    })
  })

  it("stop dripping when the caller has had enough", async () => {
    const { sandbox } = start(
      { fault: "drippingBody", interval: "1 hour" },
      { fault: "drippingBody", interval: "1 hour" }
    )
    const url = `${API}${KEY}?api_key=${sandbox.apiKey}`
    const controller = new AbortController()
    const aborted = await sandbox.fetch(url, { signal: controller.signal })
    const read = aborted.text()
    controller.abort(new Error("enough"))
    await expect(read).rejects.toThrow("enough")
    await (await sandbox.fetch(url)).body?.cancel()
  })

  it("hold the answer back, and let go of it when the caller gives up", async () => {
    const { sandbox } = start(
      { fault: "slowAnswer", delay: 5 },
      { fault: "slowAnswer", delay: Number.POSITIVE_INFINITY }
    )
    const url = `${API}${KEY}?api_key=${sandbox.apiKey}`
    expect((await sandbox.fetch(url)).status).toBe(200)
    await expect(sandbox.fetch(url, { signal: AbortSignal.timeout(5) })).rejects.toMatchObject({
      name: "TimeoutError"
    })
  })

  it("hold the answer back over a socket, too", () =>
    onPort([{ fault: "slowAnswer", delay: 5 }], async (sandbox) => {
      expect((await fetch(`${sandbox.apiUrl}${KEY}?api_key=${sandbox.apiKey}`)).status).toBe(200)
    }))
})

describe("a connection that is lost", () => {
  const lost = ["resetBeforeRead", "resetAfterRead", "replyLost"] as const

  it.each(lost)("fails as a fetch would, in process: %s", async (fault) => {
    const { sandbox } = start({ fault })
    expect(await codeOf(sandbox.fetch(`${API}${KEY}?api_key=${sandbox.apiKey}`))).toBe("ECONNRESET")
  })

  it.each(lost)("is reset by the server: %s", (fault) =>
    onPort([{ fault }], async (sandbox) => {
      expect(await codeOf(fetch(`${sandbox.apiUrl}${KEY}?api_key=${sandbox.apiKey}`))).toMatch(
        /ECONNRESET|UND_ERR_SOCKET/
      )
    })
  )

  it.each([
    ["resetBeforeRead", 0],
    ["resetAfterRead", 0],
    ["replyLost", 1]
  ] as const)("has made a session or not: %s, %i", async (fault, sessions) => {
    const { exchange, requestToken, sandbox } = start()
    const token = await requestToken()
    sandbox.approve(token)
    sandbox.faults.add({ fault, endpoint: EXCHANGE })
    await expect(exchange(token)).rejects.toThrow("fetch failed")
    expect(sandbox.inspect().held.sessions).toBe(sessions)
    const again = await exchange(token)
    if (sessions === 0) expect(again.status).toBe(200)
    else expect(again.body).toBe(SESSION_DENIED)
  })

  it("is reset before the body is read: the client is still sending it", () =>
    onPort([{ fault: "resetBeforeRead" }], async (sandbox) => {
      const error = await new Promise<NodeJS.ErrnoException>((resolve) => {
        const outgoing = request(`${sandbox.apiUrl}/3/authentication/session/new`, {
          method: "POST",
          headers: { "content-length": "1000" }
        })
        outgoing.on("error", resolve)
        outgoing.write("{")
      })
      expect(error.code).toBe("ECONNRESET")
      expect(sandbox.inspect().requests).toEqual({ [EXCHANGE]: 1 })
    }))
})

describe("slow approval", () => {
  it.each(["by hand", "on the page"])("takes effect only after a while: %s", async (how) => {
    const { exchange, requestToken, sandbox } = start({ fault: "slowApproval", delay: "10 seconds" })
    const token = await requestToken()
    if (how === "by hand") sandbox.approve(token)
    else {
      const body = new URLSearchParams({ username: "sandbox", decision: "allow" })
      await sandbox.fetch(`${API}/authenticate/${token}`, { method: "POST", body })
    }
    expect((await exchange(token)).body).toBe(SESSION_DENIED)
    sandbox.advance("10 seconds")
    expect((await exchange(token)).status).toBe(200)
  })
})

describe("when faults strike", () => {
  const statuses = async (sandbox: Sandbox.Service, count: number) => {
    const { call } = clientOf(sandbox)
    const found: Array<number> = []
    for (let index = 0; index < count; index++) found.push((await call("GET", KEY)).status)
    return found
  }

  it("is once unless told otherwise", async () => {
    expect(await statuses(start({ fault: "maintenance" }).sandbox, 2)).toEqual([503, 200])
    expect(await statuses(start({ fault: "maintenance", times: 2 }).sandbox, 3)).toEqual([503, 503, 200])
    expect(await statuses(start({ fault: "maintenance", times: "always" }).sandbox, 3)).toEqual([
      503, 503, 503
    ])
    expect(await statuses(start({ fault: "maintenance", after: 1 }).sandbox, 3)).toEqual([200, 503, 200])
  })

  it("is in the order they were added", async () => {
    const { sandbox } = start({ fault: "maintenance" }, { fault: "badGateway" }, { fault: "internalError" })
    expect(await statuses(sandbox, 4)).toEqual([503, 502, 500, 200])
    expect(sandbox.faults.list()).toEqual([])
  })

  it.each(["GET /3/authentication", "/3/authentication", "authentication-validate-key"])(
    "can be at an endpoint alone: %s",
    async (endpoint) => {
      const { call, sandbox } = start({ fault: "maintenance", endpoint })
      expect((await call("GET", "/3/configuration")).status).toBe(200)
      expect(await statuses(sandbox, 2)).toEqual([503, 200])
    }
  )

  it("can be left to chance, the same chance for the same seed", async () => {
    const drawn = (seed: number) =>
      statuses(
        makeSandbox({ seed, faults: [{ fault: "maintenance", times: "always", probability: 0.3 }] }),
        200
      )
    const [one, again, other] = await Promise.all([drawn(1), drawn(1), drawn(2)])
    expect(one).toEqual(again)
    expect(one).not.toEqual(other)
    const struck = one.filter((status) => status === 503).length
    expect(struck).toBeGreaterThan(40)
    expect(struck).toBeLessThan(80)
  })

  it("ends when they are cleared", async () => {
    const { sandbox } = start({ fault: "maintenance", times: "always" })
    sandbox.faults.clear()
    expect(await statuses(sandbox, 1)).toEqual([200])
  })
})

describe("a fault that makes no sense", () => {
  it.each([
    [null],
    [{}],
    [{ fault: "earthquake" }],
    [{ fault: "maintenance", endpoint: "GET /3/nothing" }],
    [{ fault: "maintenance", times: 0 }],
    [{ fault: "maintenance", times: 1.5 }],
    [{ fault: "maintenance", probability: 2 }],
    [{ fault: "maintenance", until: "noon" }],
    [{ fault: "redirect" }],
    [{ fault: "redirect", location: "/x\r\nset-cookie: y" }],
    [{ fault: "slowAnswer", delay: "soon" }],
    [{ fault: "skewedClock", by: 1e300 }]
  ])("is refused: %j", (rule) => {
    const { sandbox } = start()
    expect(() => sandbox.faults.add({ fault: "offline" }, rule as never)).toThrow(TypeError)
    expect(sandbox.faults.list()).toEqual([])
  })
})
