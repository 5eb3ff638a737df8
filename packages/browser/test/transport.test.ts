/** What goes out, and what is made of what comes back or does not, in a real browser. */
import { createServer, type IncomingHttpHeaders } from "node:http"
import type { AddressInfo } from "node:net"
import type { Page } from "playwright-core"
import { assert, describe, it } from "vitest"
import { ended, inChromium } from "./Harness.js"

const harness = inChromium()

const accessToken = "eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOiJ0ZXN0In0.c2lnbmF0dXJl"

/** Makes one call of another origin's API, by whoever the credential belongs to. */
const call = async (page: Page, apiUrl: string, token: string, timeout = "10 seconds") => {
  await page.evaluate(
    ({ accessToken, apiUrl, timeout }) => {
      const session = tmdb.createTmdbClient({
        accessToken,
        apiUrl,
        dangerouslyAllowBrowser: true,
        retry: false,
        timeout: timeout as "10 seconds"
      })
      kept.abort = new AbortController()
      kept.result = session.createSession("0".repeat(40), { signal: kept.abort.signal })
      kept.result.catch(() => undefined)
    },
    { accessToken: token, apiUrl, timeout }
  )
}

/** A server that shows what a browser sent, and whether it hung up. */
const recording = async (answers: boolean) => {
  const requests: Array<{ readonly method: string | undefined; readonly headers: IncomingHttpHeaders }> = []
  let hungUp: () => void
  const closed = new Promise<void>((resolve) => {
    hungUp = resolve
  })
  const server = createServer(({ headers, method }, response) => {
    requests.push({ method, headers })
    response.setHeader("access-control-allow-origin", "*")
    response.setHeader("access-control-allow-headers", "authorization, content-type")
    response.setHeader("set-cookie", "canary=1; SameSite=None")
    if (method === "OPTIONS") return response.writeHead(204).end()
    response.once("close", () => hungUp())
    if (answers)
      return response.writeHead(200, { "content-type": "application/json" }).end('{"success":true}')
    return undefined
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return {
    requests,
    closed,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections()
      server.close()
    }
  }
}

describe("a request", () => {
  it("takes nothing of the page along, and no header but those that TMDB's preflight allows", async () => {
    const server = await recording(true)
    try {
      await harness.context.addCookies([{ name: "canary", value: "1", url: server.url }])
      await call(harness.page, server.url, accessToken)
      await ended(harness.page)
      const [preflight, request] = server.requests
      assert.strictEqual(preflight?.headers["access-control-request-headers"], "authorization,content-type")
      assert.strictEqual(request?.headers.authorization, `Bearer ${accessToken}`)
      assert.strictEqual(request?.headers.accept, "application/json")
      assert.notProperty(request?.headers, "cookie")
      assert.notProperty(request?.headers, "referer")
      assert.strictEqual(request?.headers["cache-control"], "no-cache")
    } finally {
      server.close()
    }
  })

  it("of another origin passes the sandbox's preflight, which allows no more than TMDB's", async () => {
    await call(harness.page, harness.sandbox.apiUrl, harness.sandbox.accessToken)
    assert.strictEqual((await ended(harness.page)).tag, "SessionDenied")
  })

  it("is aborted when the call is, which rejects with the signal's reason", async () => {
    const server = await recording(false)
    try {
      await call(harness.page, server.url, accessToken)
      await harness.page.waitForTimeout(0)
      while (server.requests.length < 2) await new Promise((resolve) => setImmediate(resolve))
      await harness.page.evaluate(() => kept.abort?.abort(new Error("changed my mind")))
      assert.strictEqual((await ended(harness.page)).message, "changed my mind")
      await server.closed
    } finally {
      server.close()
    }
  })

  it("is aborted when its time is up: TimedOut", async () => {
    const server = await recording(false)
    try {
      await call(harness.page, server.url, accessToken, "1 second")
      assert.strictEqual((await ended(harness.page)).tag, "TimedOut")
      await server.closed
    } finally {
      server.close()
    }
  })

  it("goes through a fetch of the app's own", async () => {
    await harness.page.evaluate(() => {
      const asked: Array<unknown> = []
      kept.asked = asked
      const fetch: typeof globalThis.fetch = async (input, init) => {
        asked.push([String(input), init?.method, init?.redirect, init?.credentials])
        return Response.json({ success: true, session_id: "0123456789" })
      }
      kept.result = tmdb.createTmdbClient({ apiUrl: "/tmdb", fetch }).createSession("token")
    })
    assert.deepStrictEqual((await ended(harness.page)).value, { sessionId: "0123456789" })
    assert.deepStrictEqual(await harness.page.evaluate(() => kept.asked), [
      [`${harness.site}/tmdb/3/authentication/session/new`, "POST", "manual", "omit"]
    ])
  })
})

describe("no answer", () => {
  it("is ConnectionFailed, reason offline, when the browser is offline", async () => {
    await harness.context.setOffline(true)
    await call(harness.page, harness.sandbox.apiUrl, harness.sandbox.accessToken)
    const { reason, tag } = await ended(harness.page)
    assert.deepStrictEqual({ reason, tag }, { reason: "offline", tag: "ConnectionFailed" })
  })

  it("is ConnectionFailed, reason unknown, when nobody listens: a browser tells no more", async () => {
    const server = await recording(true)
    server.close()
    await call(harness.page, server.url, accessToken)
    const { reason, tag } = await ended(harness.page)
    assert.deepStrictEqual({ reason, tag }, { reason: "unknown", tag: "ConnectionFailed" })
  })

  it("is UnexpectedResponse, reason redirect, when it is a redirect, which is not followed", async () => {
    const location = `${harness.sandbox.apiUrl}/3/authentication`
    harness.sandbox.faults.add({ fault: "redirect", location })
    await call(harness.page, harness.sandbox.apiUrl, harness.sandbox.accessToken)
    const { reason, tag } = await ended(harness.page)
    assert.deepStrictEqual({ reason, tag }, { reason: "redirect", tag: "UnexpectedResponse" })
    assert.isUndefined(harness.sandbox.inspect().requests["GET /3/authentication"])
  })
})

describe("a client", () => {
  const key = "0123456789abcdef0123456789abcdef"

  it.each([
    ["an API key", { apiKey: key }, "InvalidConfiguration"],
    ["an access token", { accessToken }, "InvalidConfiguration"],
    ["a credential for the app's own proxy", { accessToken, apiUrl: "/tmdb" }, "InvalidConfiguration"],
    ["nothing at all", {}, "InvalidConfiguration"],
    ["TMDB's own address and nothing else", { apiUrl: "https://api.tmdb.org" }, "InvalidConfiguration"],
    ["an address that is none", { apiUrl: "https://" }, "InvalidConfiguration"],
    ["a proxy over plain http:", { apiUrl: "http://app.example/tmdb" }, "InvalidConfiguration"],
    ["a blank credential and a proxy", { apiKey: " ", apiUrl: "/tmdb" }, "ready"],
    ["a proxy", { apiUrl: "/tmdb" }, "ready"],
    ["a credential that may be public", { apiKey: key, dangerouslyAllowBrowser: true }, "ready"]
  ])("given %s", async (_, options, expected) => {
    await harness.page.evaluate((options) => {
      kept.result = tmdb.createTmdbClient(options).approvalUrl("token")
      kept.result.catch(() => undefined)
    }, options)
    assert.strictEqual((await ended(harness.page)).tag ?? "ready", expected)
  })

  it("that is refused is told of the proxy in three lines, and never of the credential", async () => {
    await harness.page.evaluate((apiKey) => {
      kept.result = tmdb.createTmdbClient({ apiKey }).approvalUrl("token")
      kept.result.catch(() => undefined)
    }, key)
    const { message = "" } = await ended(harness.page)
    assert.lengthOf(message.match(/^\d\. /gm) ?? [], 3)
    assert.include(message, "dangerouslyAllowBrowser")
    assert.notInclude(message, key)
  })
})
