/**
 * The sandbox on a port.
 */
import { once } from "node:events"
import { Agent, type IncomingMessage, request } from "node:http"
import { connect } from "node:net"
import { brotliDecompressSync, gunzipSync } from "node:zlib"
import { afterEach, describe, expect, it } from "vitest"
import { type Listening, type ListenOptions, listen } from "../src/node.js"
import { clientOf } from "./client.js"

const open = new Set<Listening>()

const start = async (options: ListenOptions = {}): Promise<Listening> => {
  const sandbox = await listen(options)
  open.add(sandbox)
  return sandbox
}

afterEach(async () => {
  await Promise.all(Array.from(open, (sandbox) => sandbox.close()))
  open.clear()
})

interface Sent {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly agent?: Agent
  readonly body?: string
}

const send = (url: string, { body, ...options }: Sent = {}) =>
  new Promise<{ response: IncomingMessage; bytes: Buffer }>((resolve, reject) => {
    const outgoing = request(url, options, async (response) => {
      const chunks: Array<Buffer> = []
      for await (const chunk of response) chunks.push(chunk)
      resolve({ response, bytes: Buffer.concat(chunks) })
    })
    outgoing.on("error", reject)
    outgoing.end(body)
  })

describe("listening", () => {
  it("is on a free port of 127.0.0.1, which headers and pages name", async () => {
    const sandbox = await start()
    expect(sandbox.apiUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(sandbox.webUrl).toBe(sandbox.apiUrl)
    const { call, exchange } = clientOf(sandbox, { base: sandbox.apiUrl, fetch })
    const issued = await call("GET", "/3/authentication/token/new")
    const { request_token } = issued.json()
    const page = issued.headers.get("authentication-callback") ?? ""
    expect(page).toBe(`${sandbox.webUrl}/authenticate/${request_token}`)
    const body = new URLSearchParams({ username: "sandbox", decision: "allow" })
    const allowed = await fetch(page, { method: "POST", body })
    expect(allowed.url).toBe(`${page}/allow`)
    expect(allowed.headers.get("authentication-callback")).toContain(sandbox.apiUrl)
    expect((await exchange(request_token)).status).toBe(200)
  })

  it("goes on in several at once, apart from each other", async () => {
    const sandboxes = await Promise.all([start(), start(), start()])
    expect(new Set(sandboxes.map((sandbox) => sandbox.apiUrl)).size).toBe(3)
    const [one, other] = sandboxes
    const answered = await fetch(`${one?.apiUrl}/3/authentication?api_key=${other?.apiKey}`)
    expect(answered.status).toBe(401)
  })

  it("is refused for a port that is taken", async () => {
    const { apiUrl } = await start()
    await expect(listen({ port: Number(new URL(apiUrl).port) })).rejects.toMatchObject({ code: "EADDRINUSE" })
  })

  it("stops at once, with connections open and answers owed, and again without harm", async () => {
    const sandbox = await start({ faults: [{ fault: "slowAnswer", delay: "1 hour" }] })
    const { hostname, port } = new URL(sandbox.apiUrl)
    const silent = connect(Number(port), hostname)
    await once(silent, "connect")
    const owed = fetch(`${sandbox.apiUrl}/3/authentication?api_key=${sandbox.apiKey}`)
    const refused = expect(owed).rejects.toThrow("fetch failed")
    while (sandbox.inspect().requests["GET /3/authentication"] !== 1) await new Promise(setImmediate)
    const ended = once(silent, "close")
    const before = performance.now()
    await sandbox.close()
    await sandbox.close()
    expect(performance.now() - before).toBeLessThan(500)
    await Promise.all([refused, ended])
  })
})

describe("an answer on the wire", () => {
  it.each([
    ["br", brotliDecompressSync],
    ["gzip", gunzipSync]
  ] as const)("is compressed by %s when asked for", async (coding, decompress) => {
    const sandbox = await start()
    const url = `${sandbox.apiUrl}/3/movie/popular?api_key=${sandbox.apiKey}`
    const plain = await send(url)
    const packed = await send(url, { headers: { "accept-encoding": coding } })
    expect(plain.response.headers["content-encoding"]).toBeUndefined()
    expect(packed.response.headers["content-encoding"]).toBe(coding)
    expect(packed.response.headers.etag).toBe(plain.response.headers.etag)
    expect(decompress(packed.bytes)).toEqual(plain.bytes)
  })

  it.each([
    ["gzip, deflate, br", "br"],
    ["br;q=0, gzip;q=0.5", "gzip"],
    ["GZIP", "gzip"],
    ["identity", undefined],
    ["brotli, xgzip", undefined]
  ])("to whoever accepts %s is coded as %s", async (accepted, coding) => {
    const sandbox = await start()
    const url = `${sandbox.apiUrl}/3/authentication?api_key=${sandbox.apiKey}`
    const { response } = await send(url, { headers: { "accept-encoding": accepted } })
    expect(response.headers["content-encoding"]).toBe(coding)
  })

  it("comes on a connection that stays", async () => {
    const sandbox = await start()
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const url = `${sandbox.apiUrl}/3/authentication?api_key=${sandbox.apiKey}`
    const first = await send(url, { agent })
    const second = await send(url, { agent })
    expect(first.response.headers.connection).toBe("keep-alive")
    expect(second.response.socket).toBe(first.response.socket)
    agent.destroy()
  })

  it("to HEAD is that of GET without its body", async () => {
    const sandbox = await start()
    const url = `${sandbox.apiUrl}/3/authentication?api_key=${sandbox.apiKey}`
    const get = await send(url)
    const head = await send(url, { method: "HEAD" })
    expect(head.bytes).toHaveLength(0)
    expect(head.response.statusCode).toBe(200)
    expect(head.response.headers.etag).toBe(get.response.headers.etag)
  })

  it("to a body that is too large is 413", async () => {
    const sandbox = await start()
    const url = `${sandbox.apiUrl}/3/authentication/session/new?api_key=${sandbox.apiKey}`
    const { response } = await send(url, { method: "POST", body: "x".repeat(1024 * 1024 + 1) })
    expect(response.statusCode).toBe(413)
  })

  it.each([
    "GET //[ HTTP/1.1",
    "GET /%ff%/ HTTP/1.1",
    "BREW /3/authentication HTTP/1.1",
    "OPTIONS * HTTP/1.1"
  ])("to a line such as %s is no server error", async (line) => {
    const sandbox = await start()
    const { hostname, port } = new URL(sandbox.apiUrl)
    const socket = connect(Number(port), hostname)
    socket.end(`${line}\r\nhost: x\r\nconnection: close\r\n\r\n`)
    let received = ""
    for await (const chunk of socket) received += chunk
    expect(received).toMatch(/^HTTP\/1\.1 (2|4)\d\d /)
  })
})

describe("a page of another origin", () => {
  const origin = { origin: "https://app.example" }

  it("may read what it asks for, even what fails", async () => {
    const sandbox = await start({ faults: [{ fault: "rateLimited", after: 2 }] })
    const url = `${sandbox.apiUrl}/3/authentication`
    for (const [query, status] of [
      [`?api_key=${sandbox.apiKey}`, 200],
      ["", 401],
      [`?api_key=${sandbox.apiKey}`, 429]
    ] as const) {
      const { response } = await send(url + query, { headers: origin })
      expect(response.statusCode).toBe(status)
      expect(response.headers["access-control-allow-origin"]).toBe("*")
      expect(response.headers["access-control-expose-headers"]).toContain("Retry-After")
      expect(response.headers["access-control-expose-headers"]).not.toMatch(/authentication-callback/i)
    }
  })

  it("may send JSON and a bearer token, with any method, after asking", async () => {
    const sandbox = await start()
    const { response } = await send(`${sandbox.apiUrl}/3/authentication/session`, {
      method: "OPTIONS",
      headers: {
        ...origin,
        "access-control-request-method": "DELETE",
        "access-control-request-headers": "authorization,content-type"
      }
    })
    expect(response.statusCode).toBe(204)
    expect(response.headers["access-control-allow-origin"]).toBe("*")
    expect(response.headers["access-control-allow-methods"]).toContain("DELETE")
    expect(response.headers["access-control-allow-headers"]).toMatch(/Authorization.*Content-Type/)
    expect(response.headers["access-control-allow-headers"]).not.toMatch(/traceparent|b3/)
  })

  it("makes a difference: without an Origin none of this is sent", async () => {
    const sandbox = await start()
    const { response } = await send(`${sandbox.apiUrl}/3/authentication`)
    expect(response.headers["access-control-allow-origin"]).toBeUndefined()
    expect(response.headers.vary).toContain("Origin")
  })
})
