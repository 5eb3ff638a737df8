/**
 * The sandbox driven over HTTP, and who may not.
 */
import { request } from "node:http"
import { afterEach, describe, expect, it } from "vitest"
import { type Listening, type ListenOptions, listen } from "../src/node.js"
import { clientOf, SESSION_DENIED } from "./client.js"

const open = new Set<Listening>()

const start = async (options: ListenOptions = {}) => {
  const sandbox = await listen(options)
  open.add(sandbox)
  return { sandbox, ...clientOf(sandbox, { base: sandbox.apiUrl, fetch }) }
}

afterEach(async () => {
  await Promise.all(Array.from(open, (sandbox) => sandbox.close()))
  open.clear()
})

/** Over node:http, which lets a test say `Host` and `Origin` itself. */
const control = (
  sandbox: Listening,
  method: string,
  path: string,
  { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {}
) =>
  new Promise<{ status: number | undefined; headers: NodeJS.Dict<string | string[]>; body: string }>(
    (resolve, reject) => {
      const type = body === undefined ? {} : { "content-type": "application/json" }
      const outgoing = request(
        `${sandbox.apiUrl}/__sandbox/${path}`,
        { method, headers: { ...type, ...headers } },
        async (response) => {
          let text = ""
          for await (const chunk of response.setEncoding("utf8")) text += chunk
          resolve({ status: response.statusCode, headers: response.headers, body: text })
        }
      )
      outgoing.on("error", reject)
      outgoing.end(typeof body === "string" ? body : JSON.stringify(body))
    }
  )

describe("over HTTP", () => {
  it("a token is approved, as anyone of the sandbox's people", async () => {
    const { call, exchange, requestToken, sandbox } = await start({
      users: [{ username: "ada" }, { username: "grace" }]
    })
    const request_token = await requestToken()
    const approved = await control(sandbox, "POST", "approve", { body: { request_token, username: "grace" } })
    expect(approved).toMatchObject({ status: 200, body: '{"ok":true}' })
    const { session_id } = (await exchange(request_token)).json()
    expect((await call("GET", `/3/account?session_id=${session_id}`)).json().username).toBe("grace")
  })

  it("a token is denied, of v4, too", async () => {
    const { exchangeV4, requestTokenV4, sandbox } = await start()
    const request_token = await requestTokenV4()
    await control(sandbox, "POST", "deny", { body: { request_token } })
    expect((await exchangeV4(request_token)).json().status_code).toBe(41)
  })

  it("the clock is advanced", async () => {
    const { exchange, requestToken, sandbox } = await start()
    const token = await requestToken()
    sandbox.approve(token)
    await control(sandbox, "POST", "advance", { body: { duration: "1 hour" } })
    expect((await exchange(token)).body).toBe(SESSION_DENIED)
  })

  it("faults are set, listed and cleared", async () => {
    const { call, sandbox } = await start()
    const rules = [{ fault: "maintenance" }, { fault: "offline", times: "always" }]
    await control(sandbox, "POST", "faults", { body: rules })
    expect(JSON.parse((await control(sandbox, "GET", "faults")).body)).toEqual(rules)
    expect((await call("GET", "/3/authentication")).json().status_code).toBe(46)
    await control(sandbox, "POST", "faults", { body: { fault: "internalError" } })
    expect((await call("GET", "/3/authentication")).json().status_code).toBe(9)
    await control(sandbox, "DELETE", "faults")
    expect((await call("GET", "/3/authentication")).status).toBe(200)
  })

  it("everything is forgotten", async () => {
    const { exchange, requestToken, sandbox } = await start()
    const token = await requestToken()
    sandbox.approve(token)
    await control(sandbox, "POST", "reset")
    expect((await exchange(token)).body).toBe(SESSION_DENIED)
  })

  it("what came in is seen, without a secret and without counting the one who looks", async () => {
    const { requestToken, sandbox } = await start()
    const token = await requestToken()
    const { body } = await control(sandbox, "GET", "inspect")
    expect(JSON.parse(body)).toMatchObject({
      requests: { "GET /3/authentication/token/new": 1 },
      held: { requestTokens: 1 }
    })
    for (const secret of [token, sandbox.apiKey, sandbox.accessToken]) expect(body).not.toContain(secret)
  })

  it.each([
    ["POST", "approve", {}],
    ["POST", "approve", { request_token: "canary" }],
    ["POST", "approve", { request_token: 1 }],
    ["POST", "approve", []],
    ["POST", "approve", "{"],
    ["POST", "advance", { duration: "soon" }],
    ["POST", "advance", { duration: "Infinity" }],
    ["POST", "faults", { fault: "earthquake" }]
  ])("what cannot be done is refused with a reason: %s %s %j", async (method, path, body) => {
    const { sandbox } = await start()
    const refused = await control(sandbox, method, path, { body })
    expect(refused.status).toBe(400)
    expect(JSON.parse(refused.body).error).toMatch(/\w+/)
    expect(refused.body).not.toContain("canary")
  })

  it("there is nothing else", async () => {
    const { sandbox } = await start()
    for (const [method, path] of [
      ["GET", "approve"],
      ["GET", "constructor"],
      ["PUT", "faults"]
    ] as const) {
      expect((await control(sandbox, method, path)).status).toBe(404)
    }
  })
})

describe("a web page the developer happens to visit", () => {
  const approve = async (options: ListenOptions, headers: Record<string, string>, method = "POST") => {
    const { requestToken, sandbox } = await start(options)
    const request_token = await requestToken()
    return control(sandbox, method, "approve", {
      ...(method === "OPTIONS" ? {} : { body: { request_token } }),
      headers
    })
  }

  it("cannot drive it from its own origin", async () => {
    for (const origin of ["https://evil.example", "null", "http://localhost:3000"]) {
      expect((await approve({}, { origin })).status).toBe(403)
      const asked = await approve({}, { origin, "access-control-request-method": "POST" }, "OPTIONS")
      expect(asked.status).toBe(403)
      expect(asked.headers["access-control-allow-origin"]).toBeUndefined()
    }
  })

  it("cannot drive it by a name of its own that leads to loopback", async () => {
    for (const host of ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80"]) {
      expect((await approve({}, { host })).status).toBe(403)
    }
  })

  it("cannot drive it by a form, which cannot send JSON", async () => {
    expect((await approve({}, { "content-type": "text/plain" })).status).toBe(415)
  })

  it("can if its origin is named", async () => {
    const options = { allowOrigins: ["http://localhost:3000"] }
    const headers = { origin: "http://localhost:3000" }
    const approved = await approve(options, headers)
    expect(approved.status).toBe(200)
    expect(approved.headers["access-control-allow-origin"]).toBe("http://localhost:3000")
    expect(approved.headers["vary"]).toContain("Origin")
    const asked = await approve(options, headers, "OPTIONS")
    expect(asked.status).toBe(204)
    expect(asked.headers["access-control-allow-headers"]).toBe("Content-Type")
    expect((await approve(options, { origin: "http://localhost:3001" })).status).toBe(403)
  })
})

describe("a host", () => {
  it.each(["127.0.0.1", "127.0.0.1:4000", "localhost", "LOCALHOST:4000", "[::1]:4000"])(
    "of loopback drives it: %s",
    async (host) => {
      const { sandbox } = await start()
      expect((await control(sandbox, "GET", "inspect", { headers: { host } })).status).toBe(200)
    }
  )

  it("that is named drives it, such as a container's", async () => {
    const { sandbox } = await start({ allowHosts: ["tmdb:8080"] })
    expect((await control(sandbox, "GET", "inspect", { headers: { host: "tmdb:8080" } })).status).toBe(200)
    expect((await control(sandbox, "GET", "inspect", { headers: { host: "tmdb" } })).status).toBe(403)
  })
})
