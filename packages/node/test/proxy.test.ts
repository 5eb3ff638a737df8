/** Proxies, by real ones on loopback. */

import { once } from "node:events"
import { readFileSync } from "node:fs"
import { createServer as createTlsServer } from "node:https"
import type { AddressInfo } from "node:net"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import * as Authentication from "@tmdb-session/core/Authentication"
import type { ConnectionReason } from "@tmdb-session/core/TmdbError"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { layer } from "../src/TmdbClientNode.js"
import { program, run } from "./Child.js"
import { httpProxy, socksProxy } from "./Proxies.js"
import { accessToken, answering, client, closedPort, environment, http, httpClient, tcp } from "./Server.js"

const unset = {
  http_proxy: undefined,
  HTTP_PROXY: undefined,
  https_proxy: undefined,
  HTTPS_PROXY: undefined,
  all_proxy: undefined,
  ALL_PROXY: undefined,
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
        const through = yield* httpProxy(server.port)
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
      const through = yield* httpProxy(server.port, "p@ss")
      yield* environment({ ...unset, http_proxy: through.url("some%6fne:p%40ss@") })
      assert.strictEqual(yield* get("http://tmdb.test/"), 200)
    })
  )

  it.scopedLive("NO_PROXY leaves out what it names", () =>
    Effect.gen(function* () {
      const through = yield* httpProxy(yield* closedPort)
      yield* environment({ ...unset, HTTP_PROXY: through.url(), NO_PROXY: ".invalid" })
      yield* Effect.flip(get(`http://${"a".repeat(64)}.invalid/`))
      assert.isEmpty(through.asked)
    })
  )

  for (const host of ["127.0.0.1", "127.1", "localhost"]) {
    it.scopedLive(`${host} is never proxied`, () =>
      Effect.gen(function* () {
        const server = yield* http(answering)
        const through = yield* httpProxy(server.port)
        yield* environment({ ...unset, HTTP_PROXY: through.url(), HTTPS_PROXY: through.url() })
        assert.strictEqual(yield* get(`http://${host}:${server.port}/`), 200)
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

  for (const [name, value] of [
    ["https_proxy", "not a url"],
    ["HTTPS_PROXY", "http://someone:canary@proxy.test:port"],
    ["http_proxy", "socks4://canary.test"],
    ["HTTP_PROXY", "ftp://canary.test"],
    ["all_proxy", "socks5://"],
    ["ALL_PROXY", "http://someone:canary%zz@proxy.test"]
  ] as const) {
    it.scopedLive(`${name}=${value} is an InvalidConfiguration that names the variable alone`, () =>
      Effect.gen(function* () {
        const server = yield* http(answering)
        yield* environment({ ...unset, [name]: value })
        const error = yield* Authentication.validateKey().pipe(
          Effect.provide(layer({ accessToken, apiUrl: server.url })),
          Effect.flip
        )
        assert.strictEqual(error._tag, "InvalidConfiguration")
        assert.include(error.message, name)
        assert.notInclude(`${error.message}${error.stack}${JSON.stringify(error)}`, "canary")
        assert.strictEqual(server.seen.connections, 0)
      })
    )
  }

  const ways: ReadonlyArray<readonly [string, (url: string) => Readonly<Record<string, string>>]> = [
    ["all_proxy, where there is none of its own", (url) => ({ all_proxy: url })],
    ["ALL_PROXY, where there is none of its own", (url) => ({ ALL_PROXY: url })],
    ["the one of the scheme, before all_proxy", (url) => ({ http_proxy: url, all_proxy: "nowhere.invalid" })],
    ["the lower case, before the upper one", (url) => ({ http_proxy: url, HTTP_PROXY: "not a url" })],
    ["one without a scheme", (url) => ({ http_proxy: url.replace("http://", "") })],
    ["one with blanks around it", (url) => ({ http_proxy: ` ${url} ` })]
  ]
  for (const [name, variables] of ways) {
    it.scopedLive(`requests go through ${name}`, () =>
      Effect.gen(function* () {
        const server = yield* http(answering)
        const through = yield* httpProxy(server.port)
        yield* environment({ ...unset, ...variables(through.url()) })
        assert.strictEqual(yield* get("http://tmdb.test/"), 200)
        assert.lengthOf(through.asked, 1)
      })
    )
  }

  it.scopedLive("that of the other scheme is not used", () =>
    Effect.gen(function* () {
      const through = yield* httpProxy(yield* closedPort)
      yield* environment({ ...unset, https_proxy: through.url() })
      yield* Effect.flip(get(`http://${"a".repeat(64)}.invalid/`))
      assert.isEmpty(through.asked)
    })
  )

  // Longer than a name may be: no resolver is asked.
  const name = `${"a".repeat(64)}.tmdb.invalid`
  for (const [noProxy, exempt] of [
    ["*", true],
    [name, true],
    ["tmdb.invalid", true],
    [".tmdb.invalid", true],
    ["*.tmdb.invalid", true],
    ["TMDB.INVALID", true],
    ["elsewhere.test,tmdb.invalid", true],
    ["elsewhere.test tmdb.invalid", true],
    ["tmdb.invalid:80", true],
    ["tmdb.invalid:443", false],
    ["mdb.invalid", false],
    ["tmdb.invalid.test", false],
    ["elsewhere.test", false]
  ] as const) {
    it.scopedLive(
      `no_proxy=${noProxy.replace(name, "<name>")} ${exempt ? "leaves it out" : "does not"}`,
      () =>
        Effect.gen(function* () {
          const server = yield* http(answering)
          const through = yield* httpProxy(server.port)
          yield* environment({ ...unset, http_proxy: through.url(), no_proxy: noProxy })
          yield* Effect.ignore(get(`http://${name}/`))
          assert.lengthOf(through.asked, exempt ? 0 : 1)
        })
    )
  }
})

describe("given a proxy of SOCKS 5", () => {
  it.scopedLive("socks5h: names are the proxy's to look up, and its tunnel is kept alive", () =>
    Effect.gen(function* () {
      const server = yield* http(answering)
      const through = yield* socksProxy(server.port)
      yield* environment({ ...unset, http_proxy: `socks5h://${through.authority}` })
      const requests = yield* httpClient
      for (const _ of [1, 2, 3]) {
        assert.strictEqual((yield* requests.get("http://tmdb.test:8080/")).status, 200)
      }
      assert.deepStrictEqual(through.asked, [{ kind: "name", target: "tmdb.test:8080" }])
    })
  )

  it.scopedLive("whatever address it says that it connects from", () =>
    Effect.gen(function* () {
      const server = yield* http(answering)
      const through = yield* socksProxy(server.port)
      yield* environment({ ...unset, http_proxy: `socks5h://${through.authority}` })
      for (const _ of ["a name", "IPv4", "IPv6"]) assert.strictEqual(yield* get("http://tmdb.test/"), 200)
      assert.lengthOf(through.asked, 3)
    }).pipe(Effect.scoped)
  )

  it.scopedLive("socks5: names are looked up here", () =>
    Effect.gen(function* () {
      const server = yield* http(answering)
      const through = yield* socksProxy(server.port)
      yield* environment({ ...unset, all_proxy: `socks5://${through.authority}` })
      assert.strictEqual(yield* get("http://192.0.2.1/"), 200)
      yield* Effect.flip(get(`http://${"a".repeat(64)}.invalid/`))
      assert.deepStrictEqual(through.asked, [{ kind: "address", target: "192.0.2.1:80" }])
    })
  )

  it.scopedLive("with a name and a password, it is given them", () =>
    Effect.gen(function* () {
      const server = yield* http(answering)
      const through = yield* socksProxy(server.port, { password: "p@ss" })
      yield* environment({ ...unset, http_proxy: `socks5h://some%6fne:p%40ss@${through.authority}` })
      assert.strictEqual(yield* get("http://tmdb.test/"), 200)
    })
  )

  it.scopedLive("with a name and a password, one that wants neither is as good", () =>
    Effect.gen(function* () {
      const server = yield* http(answering)
      const through = yield* socksProxy(server.port)
      yield* environment({ ...unset, http_proxy: `socks5h://someone:password@${through.authority}` })
      assert.strictEqual(yield* get("http://tmdb.test/"), 200)
    })
  )
})

describe("given an interruption while a tunnel is made, the connection to the proxy ends", () => {
  for (const scheme of ["http", "socks5", "socks5h"]) {
    it.scopedLive(`${scheme}: a proxy that does not answer`, () =>
      Effect.gen(function* () {
        const asked = yield* Deferred.make<void>()
        const through = yield* tcp((socket) =>
          socket.once("data", () => Deferred.unsafeDone(asked, Effect.void))
        )
        yield* environment({ ...unset, all_proxy: `${scheme}://127.0.0.1:${through.port}` })
        const requests = yield* httpClient
        const call = yield* Effect.fork(requests.get("https://tmdb.test"))
        yield* Deferred.await(asked)
        assert.strictEqual(through.seen.open.size, 1)
        yield* Fiber.interrupt(call)
        yield* Effect.timeout(through.allClosed, "5 seconds")
      })
    )
  }

  it.scopedLive("http: a server behind it that says nothing to begin TLS with", () =>
    Effect.gen(function* () {
      const met = yield* Deferred.make<void>()
      const server = yield* tcp(() => Deferred.unsafeDone(met, Effect.void))
      yield* environment({ ...unset, all_proxy: (yield* httpProxy(server.port)).url() })
      const requests = yield* httpClient
      const call = yield* Effect.fork(requests.get("https://tmdb.test"))
      yield* Deferred.await(met)
      yield* Fiber.interrupt(call)
      yield* Effect.timeout(server.allClosed, "5 seconds")
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
      const through = yield* httpProxy(server.port, "right")
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

  it.scopedLive("for its name does not resolve", () =>
    Effect.gen(function* () {
      yield* environment({ ...unset, HTTPS_PROXY: `http://${"a".repeat(64)}.invalid:8080` })
      assert.deepInclude(yield* createSession, { _tag: "ConnectionFailed", reason: "dns", delivered: "no" })
    })
  )

  const answers: ReadonlyArray<readonly [string, string, ConnectionReason, Uint8Array | string]> = [
    ["http", "closes the connection", "reset", ""],
    ["http", "speaks no HTTP", "unknown", "SSH-2.0-OpenSSH\r\n"],
    ["https", "speaks no TLS", "tls", "HTTP/1.1 400 Bad Request\r\n\r\n"],
    ["socks5h", "closes the connection", "reset", ""],
    ["socks5h", "closes the connection in the middle of a word", "reset", Buffer.of(5)],
    ["socks5h", "wants what was not offered", "refused", Buffer.of(5, 0xff)],
    ["socks5h", "wants a password where there is none", "refused", Buffer.of(5, 2)]
  ]
  for (const [scheme, name, reason, answer] of answers) {
    it.scopedLive(`for it ${name} (${scheme})`, () =>
      Effect.gen(function* () {
        const through = yield* tcp((socket) => socket.once("data", () => socket.end(answer)))
        yield* environment({ ...unset, HTTPS_PROXY: `${scheme}://127.0.0.1:${through.port}` })
        assert.deepInclude(yield* createSession, { _tag: "ConnectionFailed", reason, delivered: "no" })
        assert.strictEqual(through.seen.connections, 1)
      })
    )
  }

  for (const [name, options] of [
    ["refuses the password", { password: "right" }],
    ["cannot reach TMDB", { reply: 5 }]
  ] as const) {
    it.scopedLive(`for it ${name} (socks5h)`, () =>
      Effect.gen(function* () {
        const through = yield* socksProxy(yield* closedPort, options)
        yield* environment({
          ...unset,
          HTTPS_PROXY: `socks5h://someone:canary-password@${through.authority}`
        })
        const error = yield* createSession
        assert.deepInclude(error, { _tag: "ConnectionFailed", reason: "refused", delivered: "no" })
        assert.notInclude(`${error.message}${error.stack}${JSON.stringify(error)}`, "canary")
      })
    )
  }

  const long = "canary".repeat(50)
  for (const [name, user, host] of [
    ["password", `someone:${long}@`, "tmdb.test"],
    ["name of a host", "", `${"a.".repeat(150)}test`]
  ] as const) {
    it.scopedLive(`for SOCKS 5 has no room for so long a ${name}`, () =>
      Effect.gen(function* () {
        const through = yield* socksProxy(
          yield* closedPort,
          user === "" ? {} : { password: long.slice(0, long.length % 256) }
        )
        yield* environment({ ...unset, HTTPS_PROXY: `socks5h://${user}${through.authority}` })
        const error = yield* Effect.flip(
          Effect.provide(Authentication.createSession("canary-request-token"), client(`https://${host}`))
        )
        assert.deepInclude(error, { _tag: "ConnectionFailed", reason: "refused", delivered: "no" })
        assert.notInclude(`${error.message}${error.stack}${JSON.stringify(error)}`, "canary")
        assert.isEmpty(through.asked)
      })
    )
  }

  it.scopedLive("for it cannot reach TMDB", () =>
    Effect.gen(function* () {
      const through = yield* httpProxy(yield* closedPort)
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
      const through = yield* httpProxy(yield* tmdb)
      const { outcome } = yield* called({
        TMDB_API_URL: "https://tmdb.test",
        HTTPS_PROXY: through.url(),
        NODE_EXTRA_CA_CERTS: fixture("tmdb.test.pem")
      })
      assert.match(outcome.sessionId, /^[0-9a-f]{40}$/)
      assert.deepStrictEqual(through.asked, [{ target: "tmdb.test:443", authorization: undefined }])
    })
  )

  it.scopedLive("TLS through a proxy of SOCKS 5 does so too", () =>
    Effect.gen(function* () {
      const through = yield* socksProxy(yield* tmdb)
      const { outcome } = yield* called({
        TMDB_API_URL: "https://tmdb.test",
        all_proxy: `socks5h://${through.authority}`,
        NODE_EXTRA_CA_CERTS: fixture("tmdb.test.pem")
      })
      assert.match(outcome.sessionId, /^[0-9a-f]{40}$/)
      assert.deepStrictEqual(through.asked, [{ kind: "name", target: "tmdb.test:443" }])
    })
  )

  it.scopedLive("without that authority, the connection fails: tls, not delivered", () =>
    Effect.gen(function* () {
      const through = yield* httpProxy(yield* tmdb)
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
