/** Proxies, by a real one on loopback that speaks CONNECT. */

import { once } from "node:events"
import { readFileSync } from "node:fs"
import { createServer, type IncomingMessage } from "node:http"
import { createServer as createTlsServer } from "node:https"
import type { AddressInfo } from "node:net"
import { connect, type Socket } from "node:net"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import * as Authentication from "@tmdb-session/core/Authentication"
import * as Effect from "effect/Effect"
import { program, run } from "./Child.js"
import { accessToken, answering, client, closedPort, environment, http, httpClient } from "./Server.js"

interface Proxy {
  readonly url: (credentials?: string) => string
  /** What it was asked to connect to, and with which credentials. */
  readonly asked: Array<{ readonly target: string; readonly authorization: string | undefined }>
}

/** Connects to a port of loopback, whatever name is asked for: names are the proxy's to look up. */
const proxy = (port: number, password?: string) =>
  Effect.gen(function* () {
    const asked: Proxy["asked"] = []
    const sockets = new Set<Socket>()
    const wanted = password && `Basic ${Buffer.from(`someone:${password}`).toString("base64")}`
    const server = createServer((_, response) => response.writeHead(400).end())
    server.on("connect", (request: IncomingMessage, socket: Socket) => {
      sockets.add(socket)
      socket.on("error", () => undefined)
      const authorization = request.headers["proxy-authorization"]
      asked.push({ target: request.url ?? "", authorization })
      if (authorization !== wanted) {
        socket.end("HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\n\r\n")
        return
      }
      const onward = connect(port, "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 Connection Established\r\n\r\n")
        socket.pipe(onward).pipe(socket)
      })
      onward.on("error", () => socket.destroy())
      socket.once("close", () => onward.destroy())
    })
    yield* Effect.acquireRelease(
      Effect.promise(() => once(server.listen(0, "127.0.0.1"), "listening")),
      () =>
        Effect.sync(() => {
          server.close()
          for (const socket of sockets) socket.destroy()
        })
    )
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`
    const url: Proxy["url"] = (credentials = "") => `http://${credentials}${address}`
    return { asked, url } satisfies Proxy
  })

const unset = {
  http_proxy: undefined,
  HTTP_PROXY: undefined,
  https_proxy: undefined,
  HTTPS_PROXY: undefined,
  no_proxy: undefined,
  NO_PROXY: undefined
}

const get = (url: string) =>
  Effect.flatMap(httpClient, (requests) => Effect.map(requests.get(url), ({ status }) => status))

describe("given a proxy in the environment", () => {
  for (const name of ["http_proxy", "HTTP_PROXY"]) {
    it.scopedLive(`${name}: requests go through it, over one tunnel that is kept alive`, () =>
      Effect.gen(function* () {
        const server = yield* http(answering)
        const through = yield* proxy(server.port)
        yield* environment({ ...unset, [name]: through.url() })
        const requests = yield* httpClient
        for (const _ of [1, 2, 3]) {
          assert.strictEqual((yield* requests.get("http://tmdb.test/")).status, 200)
        }
        assert.deepStrictEqual(through.asked, [{ target: "tmdb.test:80", authorization: undefined }])
      })
    )
  }

  it.scopedLive("with a name and a password, it is given them", () =>
    Effect.gen(function* () {
      const server = yield* http(answering)
      const through = yield* proxy(server.port, "p@ss")
      yield* environment({ ...unset, http_proxy: through.url("someone:p%40ss@") })
      assert.strictEqual(yield* get("http://tmdb.test/"), 200)
    })
  )

  it.scopedLive("NO_PROXY leaves out what it names", () =>
    Effect.gen(function* () {
      const through = yield* proxy(yield* closedPort)
      yield* environment({ ...unset, HTTP_PROXY: through.url(), NO_PROXY: ".invalid" })
      yield* Effect.flip(get(`http://${"a".repeat(64)}.invalid/`))
      assert.isEmpty(through.asked)
    })
  )

  for (const host of ["127.0.0.1", "127.1", "localhost", "tmdb.localhost"]) {
    it.scopedLive(`${host} is never proxied`, () =>
      Effect.gen(function* () {
        const server = yield* http(answering)
        const through = yield* proxy(server.port)
        yield* environment({ ...unset, HTTP_PROXY: through.url(), HTTPS_PROXY: through.url() })
        // Where this machine has no such name the request fails, and is not proxied either.
        yield* Effect.ignore(get(`http://${host}:${server.port}/`))
        assert.isEmpty(through.asked)
      })
    )
  }

  it.scopedLive("an empty one is none", () =>
    Effect.gen(function* () {
      const server = yield* http(answering)
      yield* environment({ ...unset, HTTP_PROXY: "", HTTPS_PROXY: "" })
      assert.strictEqual(yield* get(server.url), 200)
    })
  )

  it.scopedLive("one that is not a URL is a typed failure", () =>
    Effect.gen(function* () {
      yield* environment({ ...unset, HTTP_PROXY: "not a url" })
      const error = yield* Effect.flip(
        Effect.provide(Authentication.validateKey(), client("https://tmdb.test"))
      )
      assert.deepInclude(error, { _tag: "ConnectionFailed", delivered: "no" })
    })
  )
})

describe("given a proxy that fails, createSession was not delivered", () => {
  const createSession = Effect.provide(
    Effect.flip(Authentication.createSession("canary-request-token")),
    client("https://tmdb.test")
  )

  it.scopedLive("for it refuses the password", () =>
    Effect.gen(function* () {
      const server = yield* http(answering)
      const through = yield* proxy(server.port, "right")
      yield* environment({ ...unset, HTTPS_PROXY: through.url("someone:canary-password@") })
      const error = yield* createSession
      assert.deepInclude(error, { _tag: "ConnectionFailed", reason: "refused", delivered: "no" })
      assert.notInclude(`${error.message}${error.stack}${JSON.stringify(error)}`, "canary")
      assert.strictEqual(server.seen.connections, 0)
    })
  )

  it.scopedLive("for it is not there", () =>
    Effect.gen(function* () {
      yield* environment({ ...unset, HTTPS_PROXY: `http://127.0.0.1:${yield* closedPort}` })
      assert.deepInclude(yield* createSession, {
        _tag: "ConnectionFailed",
        reason: "refused",
        delivered: "no"
      })
    })
  )

  it.scopedLive("for it cannot reach TMDB", () =>
    Effect.gen(function* () {
      const through = yield* proxy(yield* closedPort)
      yield* environment({ ...unset, HTTPS_PROXY: through.url() })
      assert.deepInclude(yield* createSession, { _tag: "ConnectionFailed", reason: "reset", delivered: "no" })
      assert.lengthOf(through.asked, 1)
    })
  )
})

describe("as a process", () => {
  const call = program("call")

  const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url))

  const tmdb = Effect.gen(function* () {
    const options = {
      key: readFileSync(fixture("tmdb.test.key.pem")),
      cert: readFileSync(fixture("tmdb.test.pem"))
    }
    const server = createTlsServer(options, answering)
    yield* Effect.acquireRelease(
      Effect.promise(() => once(server.listen(0, "127.0.0.1"), "listening")),
      () =>
        Effect.sync(() => {
          server.close()
          server.closeAllConnections()
        })
    )
    return (server.address() as AddressInfo).port
  })

  const called = (env: Readonly<Record<string, string>>) =>
    Effect.gen(function* () {
      const { code, stderr, stdout } = yield* run(process.execPath, [call()], {
        env: { TMDB_ACCESS_TOKEN: accessToken, ...env }
      })
      assert.deepStrictEqual([code, stderr], [0, ""])
      return JSON.parse(stdout)
    })

  it.scopedLive("TLS through the proxy, with a certificate authority that Node was given, signs in", () =>
    Effect.gen(function* () {
      const through = yield* proxy(yield* tmdb)
      const { outcome } = yield* called({
        TMDB_API_URL: "https://tmdb.test",
        HTTPS_PROXY: through.url(),
        NODE_EXTRA_CA_CERTS: fixture("tmdb.test.pem")
      })
      assert.match(outcome.sessionId, /^[0-9a-f]{40}$/)
      assert.deepStrictEqual(through.asked, [{ target: "tmdb.test:443", authorization: undefined }])
    })
  )

  it.scopedLive("without that authority, the connection fails: tls, not delivered", () =>
    Effect.gen(function* () {
      const through = yield* proxy(yield* tmdb)
      const { outcome } = yield* called({ TMDB_API_URL: "https://tmdb.test", HTTPS_PROXY: through.url() })
      assert.deepInclude(outcome, { _tag: "ConnectionFailed", reason: "tls", delivered: "no" })
    })
  )

  it.scopedLive(
    "given its answer, nothing keeps a script alive, though the server keeps the connection",
    () =>
      Effect.gen(function* () {
        const server = yield* http(answering)
        const { active, outcome } = yield* called({ TMDB_API_URL: server.url })
        assert.isDefined(outcome.sessionId)
        assert.isEmpty(active)
      })
  )
})
