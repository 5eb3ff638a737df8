/** The transport, over real sockets on loopback. */

import dns from "node:dns"
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { Agent, type AgentOptions, type RequestListener } from "node:http"
import { Agent as TlsAgent } from "node:https"
import type { AddressInfo, Socket } from "node:net"
import { Duplex } from "node:stream"
import { createServer as createTlsServer } from "node:tls"
import { inspect } from "node:util"
import * as zlib from "node:zlib"
import * as HttpBody from "@effect/platform/HttpBody"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import { assert, describe, it } from "@effect/vitest"
import * as Authentication from "@tmdb-session/core/Authentication"
import * as Delivery from "@tmdb-session/core/Delivery"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { vi } from "vitest"
import * as HttpClientNode from "../src/HttpClientNode.js"
import { mostConnections } from "../src/internal/connections.js"
import {
  accessToken,
  answering,
  client,
  closedPort,
  held,
  http,
  httpClient,
  json,
  type Seen,
  sessionBody,
  tcp,
  validBody
} from "./Server.js"

const validateKey = Authentication.validateKey()
const createSession = Authentication.createSession("canary-request-token")

const calls = <E, R>(count: number, call: Effect.Effect<unknown, E, R>) =>
  Effect.all(
    Array.from({ length: count }, () => call),
    { concurrency: "unbounded", discard: true }
  )

/** Passes time for whoever asks the wall clock, and leaves timers alone. */
const passTime = (milliseconds: number) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const now = Date.now() + milliseconds
      vi.useFakeTimers({ toFake: ["Date"], now })
    }),
    () => Effect.sync(() => vi.useRealTimers())
  )

/** Has every name lead to an address that is not of loopback, though this machine answers there too. */
const elsewhere = Effect.sync(() => {
  vi.spyOn(dns, "lookup").mockImplementation(((
    _name: string,
    _options: object,
    callback: (error: null, found: ReadonlyArray<dns.LookupAddress>) => void
  ) => callback(null, [{ address: "0.0.0.0", family: 4 }])) as unknown as typeof dns.lookup)
})

describe("connections", () => {
  it.scopedLive("given calls one after the other, one connection is kept alive", () =>
    Effect.gen(function* () {
      const server = yield* http(answering)
      yield* Effect.provide(Effect.repeatN(validateKey, 4), client(server.url))
      assert.strictEqual(server.seen.connections, 1)
    })
  )

  it.scopedLive(`given many calls at once, ${mostConnections} connections carry all of them`, () =>
    Effect.gen(function* () {
      const server = yield* http(answering)
      yield* Effect.provide(calls(200, validateKey), client(server.url))
      assert.strictEqual(server.seen.connections, mostConnections)
    })
  )

  const idle = [
    { call: "createSession", milliseconds: 900, connections: 1 },
    { call: "createSession", milliseconds: 1_100, connections: 2 },
    { call: "createSession", milliseconds: -1, connections: 2 },
    { call: "validateKey", milliseconds: 1_100, connections: 1 },
    { call: "validateKey", milliseconds: 4_100, connections: 2 }
  ] as const

  for (const { call, connections, milliseconds } of idle) {
    const which = connections === 1 ? "the same connection" : "a fresh one"
    it.scopedLive(`given ${milliseconds} ms since it was in use, ${call} goes out on ${which}`, () =>
      Effect.gen(function* () {
        const server = yield* http(answering)
        yield* Effect.gen(function* () {
          yield* passTime(0)
          yield* validateKey
          yield* passTime(milliseconds)
          yield* call === "createSession" ? createSession : validateKey
        }).pipe(Effect.scoped, Effect.provide(client(server.url)))
        assert.strictEqual(server.seen.connections, connections)
      })
    )
  }

  it.scopedLive("given a full pool that is idle, createSession takes the place of one connection", () =>
    Effect.gen(function* () {
      const server = yield* http(answering)
      yield* Effect.gen(function* () {
        yield* calls(mostConnections, validateKey)
        yield* passTime(2_000)
        yield* createSession
        yield* calls(mostConnections, validateKey)
      }).pipe(Effect.scoped, Effect.provide(client(server.url)))
      assert.strictEqual(server.seen.connections, mostConnections + 1)
    })
  )

  it.scopedLive("given a server that signs many people in, its pool is kept", () =>
    Effect.gen(function* () {
      const server = yield* http(answering)
      yield* Effect.repeatN(calls(mostConnections, createSession), 9).pipe(Effect.provide(client(server.url)))
      assert.strictEqual(server.seen.connections, mostConnections)
    })
  )

  it.scopedLive("given that the server closed the idle connection, the next call succeeds on another", () =>
    Effect.gen(function* () {
      const server = yield* http(answering)
      yield* Effect.gen(function* () {
        yield* validateKey
        for (const socket of server.seen.open) socket.destroy()
        yield* server.allClosed
        yield* validateKey
      }).pipe(Effect.provide(client(server.url)))
      assert.strictEqual(server.seen.connections, 2)
    })
  )
})

describe("connections that must not be trusted", () => {
  it.scopedLive("given several that are idle, the one that was used last is taken", () =>
    Effect.gen(function* () {
      const server = yield* http(answering)
      yield* Effect.gen(function* () {
        yield* passTime(0)
        yield* calls(2, validateKey)
        yield* passTime(900)
        yield* validateKey
        yield* passTime(900)
        yield* createSession
      }).pipe(Effect.scoped, Effect.provide(client(server.url)))
      assert.strictEqual(server.seen.connections, 2)
    })
  )

  it.scopedLive("given one that was idle for too long, it is closed when another takes its place", () =>
    Effect.gen(function* () {
      const server = yield* http(answering)
      yield* Effect.gen(function* () {
        yield* validateKey
        const [stale] = server.seen.open
        yield* passTime(1_100)
        yield* createSession
        // By itself it would be closed after four seconds.
        yield* Effect.promise(async () => stale?.closed || once(stale as Socket, "close")).pipe(
          Effect.timeout("2 seconds")
        )
      }).pipe(Effect.scoped, Effect.provide(client(server.url)))
    })
  )

  it.scopedLive(
    "given a server's Keep-Alive of a minute, createSession still goes out on a fresh connection",
    () =>
      Effect.gen(function* () {
        const server = yield* http((request, response) => {
          response.setHeader("keep-alive", "timeout=60")
          answering(request, response)
        })
        yield* Effect.gen(function* () {
          yield* passTime(0)
          yield* validateKey
          yield* passTime(1_100)
          yield* createSession
        }).pipe(Effect.scoped, Effect.provide(client(server.url)))
        assert.strictEqual(server.seen.connections, 2)
      })
  )

  it.scopedLive(
    "given that the server closed it while this program was busy, createSession goes out on another",
    () =>
      Effect.gen(function* () {
        const server = yield* http(answering)
        yield* Effect.gen(function* () {
          yield* validateKey
          for (const socket of server.seen.open) socket.destroy()
          yield* createSession
        }).pipe(Effect.provide(client(server.url)))
        assert.strictEqual(server.seen.connections, 2)
      })
  )

  it.scopedLive("given 4,000 calls at once, all of them end well", () =>
    Effect.gen(function* () {
      const server = yield* http(answering)
      yield* Effect.provide(calls(4_000, createSession), client(server.url, { timeout: "1 minute" }))
      assert.strictEqual(server.seen.connections, mostConnections)
    })
  )

  it.scopedLive("given a localhost that is another machine, it is not connected to", () =>
    Effect.gen(function* () {
      const server = yield* http(answering)
      yield* elsewhere
      const error = yield* Effect.flip(
        Effect.provide(createSession, client(`http://localhost:${server.port}`))
      )
      assert.deepInclude(error, { _tag: "ConnectionFailed", reason: "dns", delivered: "no" })
      assert.strictEqual(server.seen.connections, 0)
    })
  )
})

describe("the end of things", () => {
  it.scopedLive("given the end of the scope, no connection is left", () =>
    Effect.gen(function* () {
      const server = yield* http(answering)
      yield* Effect.provide(calls(8, validateKey), client(server.url))
      yield* server.allClosed
      assert.strictEqual(server.seen.connections, 8)
    })
  )

  it.scopedLive(
    "given the end of the scope, what is under way and what waits fails, and nothing is opened anew",
    () =>
      Effect.gen(function* () {
        const { asked, listener } = yield* held
        const server = yield* http(listener)
        const scope = yield* Scope.make()
        const requests = yield* Scope.extend(httpClient, scope)
        const all = yield* Effect.all(
          Array.from({ length: mostConnections + 4 }, () => Effect.either(requests.get(server.url))),
          { concurrency: "unbounded" }
        ).pipe(Effect.fork)
        yield* asked
        yield* Scope.close(scope, Exit.void)
        assert.isTrue((yield* Fiber.join(all)).every(Either.isLeft))
        assert.isTrue(Either.isLeft(yield* Effect.either(requests.get(server.url))))
        yield* server.allClosed
        assert.isAtMost(server.seen.connections, mostConnections)
      })
  )

  it.scopedLive("given an interruption while TMDB thinks, the socket is destroyed", () =>
    Effect.gen(function* () {
      const { asked, listener } = yield* held
      const server = yield* http(listener)
      yield* Effect.gen(function* () {
        const call = yield* Effect.fork(createSession)
        yield* asked
        yield* Fiber.interrupt(call)
        yield* server.allClosed
      }).pipe(Effect.provide(client(server.url)))
    })
  )

  it.scopedLive("given an interruption in the middle of the body, the socket is destroyed", () =>
    Effect.gen(function* () {
      const begun = yield* Deferred.make<void>()
      const server = yield* http((_, response) => {
        response.write("{", () => Deferred.unsafeDone(begun, Effect.void))
      })
      const requests = yield* httpClient
      const call = yield* Effect.fork(requests.get(server.url))
      yield* Deferred.await(begun)
      yield* Fiber.interrupt(call)
      yield* server.allClosed
    })
  )

  it.scopedLive("given an interruption before a connection is free, the request is never sent", () =>
    Effect.gen(function* () {
      const waiting: Array<() => void> = []
      const full = yield* Deferred.make<void>()
      const server = yield* http((request, response) => {
        waiting.push(() => answering(request, response))
        if (waiting.length === mostConnections) Deferred.unsafeDone(full, Effect.void)
      })
      yield* Effect.gen(function* () {
        const busy = yield* Effect.fork(calls(mostConnections, validateKey))
        yield* Deferred.await(full)
        const waits = yield* Effect.fork(createSession)
        yield* Effect.yieldNow()
        yield* Fiber.interrupt(waits)
        for (const answer of waiting) answer()
        yield* Fiber.join(busy)
        assert.strictEqual(waiting.length, mostConnections)
      }).pipe(Effect.provide(client(server.url)))
    })
  )

  it.scopedLive("given that all who waited were interrupted, the next call finds a connection", () =>
    Effect.gen(function* () {
      const answers: Array<() => void> = []
      const full = yield* Deferred.make<void>()
      const server = yield* http((request, response) => {
        if (answers.length === mostConnections) return answering(request, response)
        answers.push(() => answering(request, response))
        if (answers.length === mostConnections) Deferred.unsafeDone(full, Effect.void)
      })
      const requests = yield* httpClient
      const busy = yield* Effect.fork(calls(mostConnections, requests.get(server.url)))
      yield* Deferred.await(full)
      const attempts = Array.from(
        { length: mostConnections },
        (): Delivery.Attempt => ({ consuming: true, delivered: "unknown" })
      )
      const waits = yield* Effect.forEach(
        attempts,
        (attempt) => Effect.provideService(requests.get(server.url), Delivery.Delivery, attempt),
        { concurrency: "unbounded" }
      ).pipe(Effect.fork)
      yield* Effect.repeat(Effect.yieldNow(), {
        until: () => attempts.every(({ delivered }) => delivered === "no")
      })
      yield* Fiber.interrupt(waits)
      for (const answer of answers) answer()
      yield* Fiber.join(busy)
      assert.strictEqual((yield* requests.get(server.url)).status, 200)
    })
  )

  it.scopedLive("given an interruption as soon as it is called, nothing is connected to", () =>
    Effect.gen(function* () {
      const server = yield* http(answering)
      const requests = yield* httpClient
      const call = yield* Effect.fork(requests.get(`${server.url}/interrupted`))
      yield* Effect.yieldNow()
      yield* Fiber.interrupt(call)
      yield* requests.get(server.url)
      assert.strictEqual(server.seen.connections, 1)
    })
  )

  it.scopedLive("given an interruption while the connection is being made, the attempt ends", () =>
    Effect.gen(function* () {
      // A server that says nothing: TLS is never agreed on.
      const met = yield* Deferred.make<void>()
      const server = yield* tcp(() => Deferred.unsafeDone(met, Effect.void))
      const requests = yield* httpClient
      const call = yield* Effect.fork(requests.get(`https://127.0.0.1:${server.port}`))
      yield* Deferred.await(met)
      yield* Fiber.interrupt(call)
      yield* Effect.timeout(server.allClosed, "5 seconds")
    })
  )
})

describe("answers", () => {
  const respond =
    (headers: Record<string, string>, body: Uint8Array | string): RequestListener =>
    (request, response) => {
      request.resume()
      response.writeHead(200, { "content-type": "application/json", ...headers }).end(body)
    }
  const text = Buffer.from(validBody)
  const decoded: ReadonlyArray<readonly [string, string | undefined, Uint8Array]> = [
    ["gzip", "gzip", zlib.gzipSync(text)],
    ["gzip by its old name", "x-gzip", zlib.gzipSync(text)],
    ["gzip in capitals", "GZIP", zlib.gzipSync(text)],
    ["gzip that is not marked", undefined, zlib.gzipSync(text)],
    ["gzip that is marked as nothing", "identity", zlib.gzipSync(text)],
    ["brotli", "br", zlib.brotliCompressSync(text)],
    ["deflate", "deflate", zlib.deflateSync(text)],
    ["deflate without its header", "deflate", zlib.deflateRawSync(text)],
    ["gzip inside brotli", "gzip, br", zlib.brotliCompressSync(zlib.gzipSync(text))],
    ["no coding", undefined, text]
  ]
  for (const [name, coding, body] of decoded) {
    it.scopedLive(`given ${name}, the body is read`, () =>
      Effect.gen(function* () {
        const server = yield* http(respond(coding === undefined ? {} : { "content-encoding": coding }, body))
        yield* Effect.provide(validateKey, client(server.url))
        const response = yield* Effect.flatMap(httpClient, (requests) => requests.get(server.url))
        assert.strictEqual(yield* response.text, validBody)
        assert.deepStrictEqual(Buffer.from(yield* response.arrayBuffer), text)
        assert.deepStrictEqual(yield* response.json, JSON.parse(validBody))
        assert.isUndefined(response.headers["content-encoding"])
        assert.strictEqual(response.headers["content-length"], String(text.byteLength))
      })
    )
  }

  const bomb = zlib.brotliCompressSync(Buffer.alloc(Delivery.bodyLimit + 1), {
    params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 }
  })
  const refused: ReadonlyArray<readonly [string, string, Uint8Array, "size" | "encoding"]> = [
    ["a coding nobody asked for", "zstd", text, "encoding"],
    ["a damaged gzip", "gzip", zlib.gzipSync(text).subarray(0, 20), "encoding"],
    ["text that is marked as gzip", "gzip", text, "encoding"],
    ["more codings than anyone needs", "gzip, gzip, gzip, gzip", zlib.gzipSync(text), "encoding"],
    ["a body that grows beyond the limit", "br", bomb, "size"],
    [
      "gzip that grows beyond the limit, unmarked",
      "identity",
      zlib.gzipSync(Buffer.alloc(Delivery.bodyLimit + 1)),
      "size"
    ]
  ]
  for (const [name, coding, body, reason] of refused) {
    it.scopedLive(`given ${name}, it is an UnexpectedResponse: ${reason}`, () =>
      Effect.gen(function* () {
        const server = yield* http(respond({ "content-encoding": coding }, body))
        const error = yield* Effect.flip(Effect.provide(validateKey, client(server.url)))
        assert.deepInclude(error, { _tag: "UnexpectedResponse", reason, httpStatus: 200 })
      })
    )
  }

  it.scopedLive("given a body without end, it is cut off while it streams, and the connection with it", () =>
    Effect.gen(function* () {
      let sent = 0
      const server = yield* http((_, response) => {
        const more = () => {
          while (!response.destroyed) {
            sent += 65_536
            if (!response.write(Buffer.alloc(65_536))) break
          }
        }
        response.on("drain", more)
        more()
      })
      const error = yield* Effect.flip(Effect.provide(validateKey, client(server.url)))
      assert.deepInclude(error, { _tag: "UnexpectedResponse", reason: "size" })
      yield* server.allClosed
      assert.isBelow(sent, 16 * Delivery.bodyLimit)
    })
  )

  it.scopedLive("given the largest body that is allowed, it is read", () =>
    Effect.gen(function* () {
      const server = yield* http(respond({}, Buffer.alloc(Delivery.bodyLimit, 32)))
      const response = yield* Effect.flatMap(httpClient, (requests) => requests.get(server.url))
      assert.strictEqual((yield* response.text).length, Delivery.bodyLimit)
    })
  )

  it.scopedLive("given a redirect, it is not followed", () =>
    Effect.gen(function* () {
      const elsewhere = yield* http(answering)
      const server = yield* http((_, response) => response.writeHead(302, { location: elsewhere.url }).end())
      const error = yield* Effect.flip(Effect.provide(createSession, client(server.url)))
      assert.deepInclude(error, { _tag: "UnexpectedResponse", reason: "redirect", httpStatus: 302 })
      assert.strictEqual(elsewhere.seen.connections, 0)
    })
  )

  it.scopedLive("given early hints before it, the answer is the one that counts", () =>
    Effect.gen(function* () {
      const server = yield* http((request, response) => {
        response.writeEarlyHints({ link: "</style.css>; rel=preload; as=style" })
        answering(request, response)
      })
      yield* Effect.provide(validateKey, client(server.url))
    })
  )

  it.scopedLive("given 100 Continue before it, the answer is the one that counts", () =>
    Effect.gen(function* () {
      const server = yield* http((request, response) => {
        response.writeContinue()
        answering(request, response)
      })
      const { sessionId } = yield* Effect.provide(createSession, client(server.url))
      assert.strictEqual(sessionBody, json({ success: true, session_id: Redacted.value(sessionId) }))
    })
  )

  it.scopedLive("given a header twice, both values are told", () =>
    Effect.gen(function* () {
      const server = yield* http((request, response) => {
        response.setHeader("retry-after", ["1", "20"])
        answering(request, response)
      })
      const { headers } = yield* Effect.flatMap(httpClient, (requests) => requests.get(server.url))
      assert.strictEqual(headers["retry-after"], "1, 20")
    })
  )

  it.scopedLive("says nothing of its body or its request when it is printed", () =>
    Effect.gen(function* () {
      const server = yield* http(answering)
      const response = yield* Effect.flatMap(httpClient, (requests) =>
        requests.get(`${server.url}/?api_key=canary`, { headers: { authorization: "canary" } })
      )
      const printed = `${inspect(response)}${JSON.stringify(response)}${response}`
      assert.notMatch(printed, /canary|Success/)
    })
  )

  it.scopedLive("offers what it can decode, and sends the credential in a header alone", () =>
    Effect.gen(function* () {
      const server = yield* tcp((socket) => socket.once("data", () => socket.destroy()))
      yield* Effect.ignore(Effect.provide(createSession, client(server.url)))
      assert.match(server.seen.bytes, /^POST \/3\/authentication\/session\/new HTTP\/1\.1\r\n/)
      assert.include(server.seen.bytes, "accept-encoding: br, gzip, deflate\r\n")
      assert.include(server.seen.bytes, `authorization: Bearer ${accessToken}\r\n`)
      assert.notMatch(server.seen.bytes, /traceparent|b3:/i)
    })
  )
})

/** Where a call is sent, and what the server saw of it. */
interface Trouble {
  readonly url: string
  readonly seen: Seen
}

const nowhere: Seen = { connections: 0, open: new Set(), bytes: "" }

const troubled = (talk: (socket: Socket) => void) =>
  Effect.map(tcp(talk), ({ seen, url }): Trouble => ({ seen, url }))

const onRequest = (then: (socket: Socket) => void) =>
  troubled((socket) => socket.once("data", () => then(socket)))

const pem = (name: string) => readFileSync(new URL(`fixtures/tmdb.test${name}.pem`, import.meta.url))

/** A server whose certificate nobody vouches for. */
const untrusted = Effect.gen(function* () {
  const seen: Seen = { connections: 0, open: new Set(), bytes: "" }
  const server = createTlsServer({ key: pem(".key"), cert: pem("") }, (socket) => {
    socket.on("error", () => undefined)
    socket.on("data", (bytes) => {
      seen.bytes += bytes.toString()
    })
  })
  yield* Effect.acquireRelease(
    Effect.promise(() => once(server.listen(0, "127.0.0.1"), "listening")),
    () => Effect.sync(() => void server.close())
  )
  return { url: `https://localhost:${(server.address() as AddressInfo).port}`, seen }
})

describe("what is known of a failed request", () => {
  const failures = {
    "a name that nobody has": {
      // Longer than a name may be: no resolver is asked.
      trouble: Effect.succeed<Trouble>({ url: `https://${"a".repeat(64)}.invalid`, seen: nowhere }),
      expected: { _tag: "ConnectionFailed", reason: "dns", delivered: "no" }
    },
    "a port that nothing listens on": {
      trouble: Effect.map(
        closedPort,
        (port): Trouble => ({ url: `http://127.0.0.1:${port}`, seen: nowhere })
      ),
      expected: { _tag: "ConnectionFailed", reason: "refused", delivered: "no" }
    },
    "a server that does not speak TLS": {
      trouble: Effect.map(
        troubled((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")),
        ({ seen, url }) => ({ seen, url: url.replace("http:", "https:") })
      ),
      expected: { _tag: "ConnectionFailed", reason: "tls", delivered: "no" }
    },
    "a certificate that nobody vouches for": {
      trouble: untrusted,
      expected: { _tag: "ConnectionFailed", reason: "tls", delivered: "no" }
    },
    "a server that says nothing to begin TLS with": {
      trouble: Effect.map(
        troubled(() => undefined),
        ({ seen, url }) => ({ seen, url: url.replace("http:", "https:") })
      ),
      expected: { _tag: "TimedOut", delivered: "no" }
    },
    "a reset once the request was read": {
      trouble: onRequest((socket) => socket.resetAndDestroy()),
      expected: { _tag: "ConnectionFailed", reason: "reset", delivered: "unknown" }
    },
    "an end without an answer": {
      trouble: onRequest((socket) => socket.end()),
      expected: { _tag: "ConnectionFailed", reason: "reset", delivered: "unknown" }
    },
    "what is not HTTP": {
      trouble: onRequest((socket) => socket.end("SSH-2.0-OpenSSH\r\n")),
      expected: { _tag: "ConnectionFailed", reason: "unknown", delivered: "unknown" }
    },
    "an answer that is cut short": {
      trouble: onRequest((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"succ')),
      expected: { _tag: "ConnectionFailed", reason: "reset", delivered: "unknown" }
    },
    "an answer that never comes": {
      trouble: onRequest(() => undefined),
      expected: { _tag: "TimedOut", delivered: "unknown" }
    }
  } as const satisfies Record<
    string,
    { trouble: Effect.Effect<Trouble, never, Scope.Scope>; expected: object }
  >

  for (const [name, { expected, trouble }] of Object.entries(failures)) {
    it.scopedLive(`given ${name}: ${Object.values(expected).join(", ")}`, () =>
      Effect.gen(function* () {
        const { seen, url } = yield* trouble
        const error = yield* Effect.flip(
          Effect.provide(createSession, client(url, { timeout: "300 millis" }))
        )
        assert.deepInclude(error, expected)
        if (expected.delivered === "no") assert.notInclude(seen.bytes, "POST")
        else assert.include(seen.bytes, "canary-request-token")
        assert.notInclude(`${error.message}${error.stack}${JSON.stringify(error)}`, "canary")
      })
    )
  }

  it.scopedLive("given that no connection came free in time: TimedOut, no", () =>
    Effect.gen(function* () {
      const waiting: Array<unknown> = []
      const full = yield* Deferred.make<void>()
      const server = yield* http((request) => {
        if (waiting.push(request) === mostConnections) Deferred.unsafeDone(full, Effect.void)
      })
      const requests = yield* httpClient
      const busy = yield* Effect.fork(calls(mostConnections, requests.get(server.url)))
      yield* Deferred.await(full)
      const attempt: Delivery.Attempt = { consuming: true, delivered: "unknown" }
      yield* requests
        .execute(HttpClientRequest.post(server.url))
        .pipe(Effect.provideService(Delivery.Delivery, attempt), Effect.timeoutOption("50 millis"))
      assert.strictEqual(attempt.delivered, "no")
      yield* Fiber.interrupt(busy)
    })
  )

  it.scopedLive("given that it was not delivered, createSession is sent again, and only then", () =>
    Effect.gen(function* () {
      const lost = yield* onRequest((socket) => socket.resetAndDestroy())
      const error = yield* Effect.flip(
        Effect.provide(createSession, client(lost.url, { retry: { attempts: 3, maxDelay: 1 } }))
      )
      assert.deepInclude(error, { _tag: "ConnectionFailed", delivered: "unknown" })
      assert.strictEqual(lost.seen.connections, 1)
    })
  )
})

describe("a body that is asked to be sent", () => {
  const form = new FormData()
  form.set("name", "value")
  const bodies: ReadonlyArray<readonly [string, HttpBody.HttpBody, RegExp, string]> = [
    ["text", HttpBody.text("name=value"), /^name=value$/, "text/plain"],
    ["a form", HttpBody.formData(form), /name="name"\r\n\r\nvalue/, "multipart/form-data; boundary="],
    [
      "a stream",
      HttpBody.stream(Stream.make("name=", "value").pipe(Stream.encodeText), "text/x"),
      /^name=value$/,
      "text/x"
    ],
    ["a Blob", HttpBody.raw(new Blob(["name=value"], { type: "text/x" })), /^name=value$/, "text/x"]
  ]
  for (const [name, body, sent, type] of bodies) {
    it.scopedLive(`${name} is sent whole, with its type`, () =>
      Effect.gen(function* () {
        const server = yield* http((request, response) => {
          request
            .toArray()
            .then((chunks) => response.end(json([request.headers, Buffer.concat(chunks).toString()])))
        })
        const requests = yield* httpClient
        const response = yield* requests.post(server.url, { body })
        const [headers, received] = (yield* response.json) as [Record<string, string>, string]
        assert.match(received, sent)
        assert.strictEqual(headers["content-length"], String(received.length))
        assert.isTrue(headers["content-type"]?.startsWith(type), headers["content-type"])
      })
    )
  }
})

describe("what it cannot send is a typed failure", () => {
  const requests: ReadonlyArray<readonly [string, HttpClientRequest.HttpClientRequest]> = [
    ["a URL that is none", HttpClientRequest.get("http://")],
    ["a URL of another protocol", HttpClientRequest.get("file:///etc/passwd")],
    [
      "a header with a line break",
      HttpClientRequest.get("http://127.0.0.1:9", { headers: { x: "a\r\nb: c" } })
    ]
  ]
  for (const [name, request] of requests) {
    it.scopedLive(name, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flatMap(httpClient, (made) => Effect.flip(made.execute(request)))
        assert.strictEqual(error._tag, "RequestError")
      })
    )
  }
})

/** The other end of what connects to nothing: answers as TMDB does, whatever it is sent. */
const mocked = () =>
  new Duplex({
    read: () => undefined,
    write(_bytes, _encoding, written) {
      this.push(`HTTP/1.1 200 OK\r\ncontent-length: ${sessionBody.length}\r\n\r\n${sessionBody}`)
      written()
    }
  })

describe("an agent of the caller's", () => {
  const agentOf = (options: AgentOptions) =>
    Effect.acquireRelease(
      Effect.sync(() => new Agent(options)),
      (agent) => Effect.sync(() => agent.destroy())
    )

  it.scopedLive("is used, and left open", () =>
    Effect.gen(function* () {
      const server = yield* http(answering)
      const agent = yield* agentOf({ keepAlive: true, maxSockets: 1 })
      for (const _ of ["one client", "another"]) {
        yield* Effect.provide(calls(5, validateKey), client(server.url, { agent }))
      }
      assert.strictEqual(server.seen.connections, 1)
      assert.strictEqual(server.seen.open.size, 1)
    })
  )

  it.scopedLive("may be one for tests, that connects to nothing", () =>
    Effect.gen(function* () {
      const agent = Object.assign(new TlsAgent(), { createConnection: mocked })
      const { sessionId } = yield* Effect.provide(
        createSession,
        client("https://api.themoviedb.org", { agent })
      )
      assert.strictEqual(sessionBody, json({ success: true, session_id: Redacted.value(sessionId) }))
    })
  )

  it.scopedLive("given an interruption, the socket of its own is destroyed", () =>
    Effect.gen(function* () {
      const { asked, listener } = yield* held
      const server = yield* http(listener)
      const requests = HttpClientNode.fromAgent(yield* agentOf({ keepAlive: true }))
      const call = yield* Effect.fork(requests.get(server.url))
      yield* asked
      yield* Fiber.interrupt(call)
      yield* server.allClosed
    })
  )

  it.scopedLive("given that it cannot connect, the request was not delivered", () =>
    Effect.gen(function* () {
      const agent = yield* agentOf({ keepAlive: true })
      const error = yield* Effect.flip(
        Effect.provide(createSession, client(`http://127.0.0.1:${yield* closedPort}`, { agent }))
      )
      assert.deepInclude(error, { _tag: "ConnectionFailed", reason: "refused", delivered: "no" })
    })
  )
})
