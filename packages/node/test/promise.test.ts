/** The operations as promises. */
import { once } from "node:events"
import { assert, describe, it } from "@effect/vitest"
import * as TmdbError from "@tmdb-session/core/TmdbError"
import { type Listening, listen } from "@tmdb-session/sandbox/node"
import { opened } from "@tmdb-session/testing/Opened"
import { decide } from "@tmdb-session/testing/Person"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { createTmdbClient, type Options, type PromiseClientNode } from "../src/promise.js"
import { program, run } from "./Child.js"
import { accessToken, answering, environment, held, http } from "./Server.js"

/** Operations that are closed with the test, on what a sandbox or another server says. */
const operations = (options: Options): Effect.Effect<PromiseClientNode, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => createTmdbClient({ accessToken, retry: false, ...options })),
    (tmdb) => Effect.promise(() => tmdb.close())
  )

const of = ({ accessToken, apiUrl, webUrl }: Listening): Options => ({ accessToken, apiUrl, webUrl })

/** What a promise is rejected with. */
const rejection = (promise: Promise<unknown>): Effect.Effect<unknown> =>
  Effect.promise(() =>
    promise.then(
      () => assert.fail("It was resolved"),
      (reason: unknown) => reason
    )
  )

describe("signing in", () => {
  for (const version of [3, 4] as const) {
    it.scopedLive(
      `version ${version}, through the browser and its callback: plain text, and every event`,
      () =>
        Effect.gen(function* () {
          yield* environment({
            CI: "true",
            SSH_CONNECTION: undefined,
            SSH_CLIENT: undefined,
            SSH_TTY: undefined
          })
          const server = yield* opened(listen)
          const tmdb = yield* operations(of(server))
          const events: Array<string> = []
          let page: Promise<string> | undefined
          const session = yield* Effect.promise(() =>
            tmdb.signIn({
              version,
              onEvent: (event) => {
                events.push(event._tag)
                if (event._tag === "ApprovalRequested") page = decide(event.url)
              }
            })
          )
          assert.match(session.sessionId, /^[0-9a-f]{40}$/)
          assert.strictEqual(typeof session.accessToken, version === 4 ? "string" : "undefined")
          assert.include(yield* Effect.promise(async () => page ?? ""), "<h1>Approved</h1>")
          assert.includeMembers(events, ["TokenIssued", "CallbackReceived", "Exchanging", "SignedIn"])
          const { username } = yield* Effect.promise(() => tmdb.accountDetails(session.sessionId))
          assert.strictEqual(username, server.users[0].username)
          yield* Effect.promise(() => tmdb.signOut(session))
          assert.strictEqual(server.inspect().held.sessions, 0)
        })
    )
  }

  it.scopedLive("given someone who refuses, rejects with ApprovalDenied", () =>
    Effect.gen(function* () {
      yield* environment({ CI: "true", SSH_CONNECTION: undefined, SSH_CLIENT: undefined, SSH_TTY: undefined })
      const tmdb = yield* operations(of(yield* opened(listen)))
      const error = yield* rejection(
        tmdb.signIn({
          onEvent: (event) => {
            if (event._tag === "ApprovalRequested") void decide(event.url, "deny")
          }
        })
      )
      assert.instanceOf(error, TmdbError.ApprovalDenied)
    })
  )
})

describe("a failure", () => {
  it.scopedLive("is the typed error itself", () =>
    Effect.gen(function* () {
      const server = yield* opened(listen)
      const tmdb = yield* operations(of(server))
      const { requestToken } = yield* Effect.promise(() => tmdb.createRequestToken())
      const error = yield* rejection(tmdb.createSession(requestToken))
      assert.instanceOf(error, TmdbError.SessionDenied)
      assert.instanceOf(error, Error)
      assert.deepInclude(error, {
        _tag: "SessionDenied",
        tmdbCode: 17,
        httpStatus: 401,
        operation: "createSession"
      })
      assert.isTrue(TmdbError.isTmdbError(error))
    })
  )

  it.scopedLive("of the settings is one of each call", () =>
    Effect.gen(function* () {
      const tmdb = yield* operations({ accessToken: undefined })
      for (const _ of ["once", "twice"]) {
        assert.instanceOf(yield* rejection(tmdb.validateKey()), TmdbError.InvalidConfiguration)
      }
    })
  )
})

describe("a signal", () => {
  it.scopedLive("that is aborted ends the call and its connection, with its own reason", () =>
    Effect.gen(function* () {
      const { asked, listener } = yield* held
      const server = yield* http(listener)
      const tmdb = yield* operations({ apiUrl: server.url })
      const controller = new AbortController()
      const call = tmdb.createSession("canary-request-token", { signal: controller.signal })
      const rejected = yield* Effect.fork(rejection(call))
      yield* asked
      const reason = { any: "thing" }
      controller.abort(reason)
      assert.strictEqual(yield* Effect.fromFiber(rejected), reason)
      yield* server.allClosed
    })
  )

  it.scopedLive("that was aborted before sends nothing", () =>
    Effect.gen(function* () {
      const server = yield* http(answering)
      const tmdb = yield* operations({ apiUrl: server.url })
      const reason = new Error("changed their mind")
      assert.strictEqual(yield* rejection(tmdb.validateKey({ signal: AbortSignal.abort(reason) })), reason)
      assert.strictEqual(server.seen.connections, 0)
    })
  )

  it.scopedLive("of a timeout rejects with its TimeoutError", () =>
    Effect.gen(function* () {
      const server = yield* http(() => undefined)
      const tmdb = yield* operations({ apiUrl: server.url })
      const error = yield* rejection(tmdb.validateKey({ signal: AbortSignal.timeout(50) }))
      assert.deepInclude(error, { name: "TimeoutError" })
    })
  )

  it.scopedLive("ends a sign-in that waits for the person, and the listener with it", () =>
    Effect.gen(function* () {
      yield* environment({ CI: "true", SSH_CONNECTION: undefined, SSH_CLIENT: undefined, SSH_TTY: undefined })
      const tmdb = yield* operations(of(yield* opened(listen)))
      const controller = new AbortController()
      let redirectTo = ""
      const error = yield* rejection(
        tmdb.signIn({
          signal: controller.signal,
          onEvent: (event) => {
            if (event._tag !== "ApprovalRequested") return
            redirectTo = new URL(event.url).searchParams.get("redirect_to") ?? ""
            controller.abort("enough")
          }
        })
      )
      assert.strictEqual(error, "enough")
      assert.match(redirectTo, /^http:\/\/127\.0\.0\.1:/)
      assert.instanceOf(yield* rejection(fetch(redirectTo)), TypeError)
    })
  )
})

describe("what is kept open", () => {
  it.scopedLive("is closed by `await using`, and nothing can be called afterwards", () =>
    Effect.gen(function* () {
      const server = yield* http(answering)
      const tmdb = createTmdbClient({ accessToken, apiUrl: server.url })
      yield* Effect.promise(() => tmdb.validateKey())
      assert.strictEqual(server.seen.open.size, 1)
      yield* Effect.promise(() => tmdb[Symbol.asyncDispose]())
      yield* server.allClosed
      yield* rejection(tmdb.validateKey())
    })
  )

  const start = program("start")

  it.scopedLive("is nothing at import, nor before the first call, and the global fetch is left alone", () =>
    Effect.gen(function* () {
      const server = yield* http(answering)
      const { stderr, stdout } = yield* run(process.execPath, [start()], {
        env: { TMDB_ACCESS_TOKEN: accessToken, TMDB_API_URL: server.url }
      })
      assert.strictEqual(stderr, "")
      assert.deepStrictEqual(JSON.parse(stdout), { started: [], sameFetch: true, dispatchers: [] })
      assert.strictEqual(server.seen.connections, 0)
    })
  )
})

describe("a fetch of the caller's", () => {
  it.scopedLive("takes the place of the transport", () =>
    Effect.gen(function* () {
      const server = yield* opened(listen)
      const asked: Array<string> = []
      const tmdb = yield* operations({
        ...of(server),
        fetch: (input, init) => {
          asked.push(`${init?.method ?? "GET"} ${new URL(String(input)).pathname}`)
          return server.fetch(input, init)
        }
      })
      const { requestToken } = yield* Effect.promise(() => tmdb.createRequestToken())
      server.approve(requestToken)
      const { sessionId } = yield* Effect.promise(() => tmdb.createSession(requestToken))
      assert.match(sessionId, /^[0-9a-f]{40}$/)
      assert.deepStrictEqual(asked, ["GET /3/authentication/token/new", "POST /3/authentication/session/new"])
    })
  )

  it.scopedLive("is told to follow no redirect, to send no cookies, and when to stop", () =>
    Effect.gen(function* () {
      const elsewhere = yield* http(answering)
      const server = yield* http((_, response) => response.writeHead(307, { location: elsewhere.url }).end())
      const seen: Array<RequestInit | undefined> = []
      const tmdb = yield* operations({
        apiUrl: server.url,
        fetch: (input, init) => {
          seen.push(init)
          return fetch(input, init)
        }
      })
      const error = yield* rejection(tmdb.createSession("canary-request-token"))
      assert.deepInclude(error, { _tag: "UnexpectedResponse", reason: "redirect" })
      assert.deepInclude(seen[0], { redirect: "manual", credentials: "omit" })
      assert.strictEqual(elsewhere.seen.connections, 0)

      const stuck = yield* operations({
        apiUrl: "https://tmdb.test",
        timeout: 50,
        fetch: async (_, init) => {
          await once(init?.signal as AbortSignal, "abort")
          throw init?.signal?.reason
        }
      })
      assert.deepInclude(yield* rejection(stuck.validateKey()), { _tag: "TimedOut" })
    })
  )
})
