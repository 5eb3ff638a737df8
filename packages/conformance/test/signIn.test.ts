/** Signing in from end to end: the Node adapter, a real socket, the sandbox, and someone who presses a button. */
import { assert, describe, it } from "@effect/vitest"
import { Account, Approval, Authentication, createSession, SignIn, TmdbError } from "@tmdb-session/node"
import { createTmdbClient } from "@tmdb-session/node/promise"
import { listen } from "@tmdb-session/sandbox/node"
import { opened } from "@tmdb-session/testing/Opened"
import { decide } from "@tmdb-session/testing/Person"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { clientOf, person, signedInBy } from "./Harness.js"

/** How often each endpoint was asked, by method and path. */
const asked = (tmdb: { readonly inspect: () => { readonly requests: Readonly<Record<string, number>> } }) =>
  tmdb.inspect().requests

describe("a sign-in in the browser", () => {
  it.live("given someone who allows, ends in a session that is theirs, without a poll", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const tmdb = yield* opened(listen)
        const account = yield* SignIn.signIn().pipe(
          Effect.flatMap(({ sessionId }) => Account.details(sessionId)),
          Effect.provide(signedInBy(tmdb, person("allow")))
        )
        assert.strictEqual(account.username, tmdb.users[0].username)
        assert.strictEqual(asked(tmdb)["POST /3/authentication/session/new"], 1)
      })
    )
  )

  it.live("given someone who denies, ends in ApprovalDenied, and no session was asked for", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const tmdb = yield* opened(listen)
        const error = yield* Effect.flip(
          SignIn.signIn().pipe(Effect.provide(signedInBy(tmdb, person("deny"))))
        )
        assert.instanceOf(error, TmdbError.ApprovalDenied)
        assert.isUndefined(asked(tmdb)["POST /3/authentication/session/new"])
      })
    )
  )

  it.live("given an approval that no callback reports, is found by asking TMDB", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const tmdb = yield* opened(listen)
        const onThePhone = Approval.layerShow((url) => Effect.promise(() => decide(url)).pipe(Effect.asVoid))
        const session = yield* SignIn.signIn().pipe(Effect.provide(signedInBy(tmdb, onThePhone)))
        assert.match(Redacted.value(session.sessionId), /^[0-9a-f]{40}$/)
      })
    )
  )

  it.live(
    "given a token that expires at TMDB while this machine's clock stands, ends in ApprovalExpired",
    () =>
      Effect.scoped(
        Effect.gen(function* () {
          const tmdb = yield* opened(listen)
          const anHourPasses = Approval.layerShow(() => Effect.sync(() => tmdb.advance("61 minutes")))
          const error = yield* Effect.flip(
            SignIn.signIn().pipe(Effect.provide(signedInBy(tmdb, anHourPasses)))
          )
          assert.instanceOf(error, TmdbError.ApprovalExpired)
        })
      )
  )

  it.live("with version 4, yields the access token, its account, and the session it converts to", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const tmdb = yield* opened(listen)
        const onThePhone = Approval.layerShow((url) => Effect.promise(() => decide(url)).pipe(Effect.asVoid))
        const layer = signedInBy(tmdb, onThePhone)
        const signedIn = yield* Effect.provide(SignIn.signIn({ version: 4 }), layer)
        assert.match(signedIn.accountId ?? "", /^[0-9a-f]{24}$/)
        const account = yield* Effect.provide(Account.details(signedIn.sessionId), layer)
        assert.strictEqual(account.username, tmdb.users[0].username)
        yield* Effect.provide(SignIn.signOut(signedIn), layer)
        const error = yield* Effect.flip(Effect.provide(Account.details(signedIn.sessionId), layer))
        assert.instanceOf(error, TmdbError.InvalidSession)
      })
    )
  )

  it.live("with promises, yields plain text", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const { accessToken, apiUrl, webUrl, users } = yield* opened(listen)
        const session = createTmdbClient({ accessToken, apiUrl, webUrl })
        const account = yield* Effect.promise(async () => {
          const { sessionId } = await session.signIn({ approval: person("allow") })
          return session.accountDetails(sessionId)
        })
        yield* Effect.promise(() => session.close())
        assert.strictEqual(account.username, users[0].username)
      })
    )
  )
})

describe("createSession", () => {
  it.live("given an approved token, yields a session, and the token is used up", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const tmdb = yield* opened(listen)
        const program = Effect.gen(function* () {
          const { requestToken } = yield* Authentication.createRequestToken()
          tmdb.approve(requestToken)
          const { sessionId } = yield* createSession(requestToken)
          assert.match(Redacted.value(sessionId), /^[0-9a-f]{40}$/)
          const again = yield* Effect.flip(createSession(requestToken))
          assert.instanceOf(again, TmdbError.SessionDenied)
        })
        yield* Effect.provide(program, clientOf(tmdb))
      })
    )
  )

  it.live("accepts a v3 API key in place of the access token", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const tmdb = yield* opened(listen)
        const session = createTmdbClient({ apiKey: tmdb.apiKey, apiUrl: tmdb.apiUrl })
        yield* Effect.promise(async () => {
          const { requestToken } = await session.createRequestToken()
          tmdb.approve(requestToken)
          assert.match((await session.createSession(requestToken)).sessionId, /^[0-9a-f]{40}$/)
          await session.close()
        })
      })
    )
  )

  const states = {
    "not approved": () => undefined,
    denied: (tmdb: { deny: (token: Redacted.Redacted) => void }, token: Redacted.Redacted) =>
      tmdb.deny(token),
    expired: (tmdb: { advance: (time: "61 minutes") => void }) => tmdb.advance("61 minutes")
  } as const
  for (const [state, arrange] of Object.entries(states)) {
    it.live(`given a token that is ${state}, fails with SessionDenied and TMDB's code 17`, () =>
      Effect.scoped(
        Effect.gen(function* () {
          const tmdb = yield* opened(listen)
          const program = Effect.gen(function* () {
            const { requestToken } = yield* Authentication.createRequestToken()
            arrange(tmdb, requestToken)
            const error = yield* Effect.flip(createSession(requestToken))
            assert.instanceOf(error, TmdbError.SessionDenied)
            assert.strictEqual(error.tmdbCode, 17)
            assert.strictEqual(error.httpStatus, 401)
            assert.notInclude(JSON.stringify(error) + error.stack, Redacted.value(requestToken))
          })
          yield* Effect.provide(program, clientOf(tmdb))
        })
      )
    )
  }

  it.live("given a token that TMDB never issued, fails with SessionDenied", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const tmdb = yield* opened(listen)
        const error = yield* Effect.flip(Effect.provide(createSession("0".repeat(40)), clientOf(tmdb)))
        assert.instanceOf(error, TmdbError.SessionDenied)
      })
    )
  )

  it.live("given nobody at the address, fails with ConnectionFailed and knows that nothing was sent", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const tmdb = yield* opened(listen)
        yield* Effect.promise(() => tmdb.close())
        const started = yield* Clock.currentTimeMillis
        const error = yield* Effect.flip(Effect.provide(createSession("0".repeat(40)), clientOf(tmdb)))
        assert.instanceOf(error, TmdbError.ConnectionFailed)
        assert.strictEqual(error.reason, "refused")
        assert.strictEqual(error.delivered, "no")
        assert.isBelow((yield* Clock.currentTimeMillis) - started, 10_000)
      })
    )
  )

  it.live("given a wrong access token, fails with InvalidCredentials that say where to look", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const tmdb = yield* opened(listen)
        const wrong = { ...tmdb, accessToken: tmdb.accessToken.slice(0, -4) }
        const error = yield* Effect.flip(Effect.provide(createSession("0".repeat(40)), clientOf(wrong)))
        assert.instanceOf(error, TmdbError.InvalidCredentials)
        assert.include(error.message, "themoviedb.org/settings/api")
      })
    )
  )
})

it.live("several sign-ins at once, on one client, do not mix", () =>
  Effect.scoped(
    Effect.gen(function* () {
      const tmdb = yield* opened(listen)
      const layer = Layer.orDie(clientOf(tmdb))
      const sessions = yield* Effect.all(
        Array.from({ length: 20 }, () => Effect.provide(SignIn.signIn(), person("allow"))),
        { concurrency: "unbounded" }
      ).pipe(Effect.provide(layer))
      const ids = new Set(sessions.map(({ sessionId }) => Redacted.value(sessionId)))
      assert.strictEqual(ids.size, 20)
    })
  )
)
