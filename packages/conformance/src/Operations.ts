/** Every operation, ready to be called: what it needs is arranged, what it yields is looked at. */
import * as Account from "@tmdb-session/core/Account"
import * as Authentication from "@tmdb-session/core/Authentication"
import type { TmdbClient } from "@tmdb-session/core/TmdbClient"
import { assert } from "chai"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { type Service, Tmdb } from "./Tmdb.js"

/** A call and all that must not be seen when it fails. */
export interface Prepared {
  readonly call: Effect.Effect<unknown, { readonly _tag: string }, TmdbClient>
  readonly secrets: ReadonlyArray<string>
}

export interface Operation {
  readonly name: string
  /** How the sandbox counts it. */
  readonly endpoint: string
  /** It consumes what it is given, so that it must never be sent twice. */
  readonly once: boolean
  /** Version 4 takes no API key. */
  readonly version: 3 | 4
  /** What it is called with, made by other operations before it. */
  readonly prepare: Effect.Effect<Prepared, unknown, TmdbClient | Tmdb>
}

/** What the sandbox itself holds of secrets. */
export const secretsOf = (tmdb: Service): ReadonlyArray<string> => [
  tmdb.accessToken,
  tmdb.apiKey,
  tmdb.person.password
]

const ready = (
  call: Prepared["call"],
  ...secrets: ReadonlyArray<Redacted.Redacted<string>>
): Effect.Effect<Prepared, never, Tmdb> =>
  Effect.map(Tmdb, (tmdb) => ({ call, secrets: [...secretsOf(tmdb), ...secrets.map(Redacted.value)] }))

const expecting =
  <A>(look: (value: A) => void) =>
  <E, R>(call: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.tap(call, (value) => Effect.sync(() => look(value)))

const isSession = expecting(({ sessionId }: Authentication.Session) =>
  assert.match(Redacted.value(sessionId), /^[0-9a-f]{40}$/)
)

/** A v3 request token that the person has approved. */
export const approvedToken = Effect.gen(function* () {
  const tmdb = yield* Tmdb
  const { requestToken } = yield* Authentication.createRequestToken()
  yield* tmdb.approve(requestToken)
  return requestToken
})

/** A v4 request token that the person has approved. */
export const approvedTokenV4 = Effect.gen(function* () {
  const tmdb = yield* Tmdb
  const { requestToken } = yield* Authentication.createRequestTokenV4()
  yield* tmdb.approve(requestToken)
  return requestToken
})

export const session = Effect.flatMap(approvedToken, Authentication.createSession)
export const accessToken = Effect.flatMap(approvedTokenV4, Authentication.createAccessToken)

const plain = { once: false, version: 3 } as const

export const operations: ReadonlyArray<Operation> = [
  {
    ...plain,
    name: "validateKey",
    endpoint: "GET /3/authentication",
    prepare: Effect.suspend(() => ready(Authentication.validateKey()))
  },
  {
    ...plain,
    name: "createRequestToken",
    endpoint: "GET /3/authentication/token/new",
    prepare: Effect.suspend(() =>
      ready(
        Authentication.createRequestToken().pipe(
          expecting(({ requestToken }) => assert.match(Redacted.value(requestToken), /^[0-9a-f]{40}$/))
        )
      )
    )
  },
  {
    ...plain,
    name: "validateWithLogin",
    endpoint: "POST /3/authentication/token/validate_with_login",
    prepare: Effect.gen(function* () {
      const { person } = yield* Tmdb
      const { requestToken } = yield* Authentication.createRequestToken()
      return yield* ready(Authentication.validateWithLogin({ ...person, requestToken }), requestToken)
    })
  },
  {
    ...plain,
    once: true,
    name: "createSession",
    endpoint: "POST /3/authentication/session/new",
    prepare: Effect.flatMap(approvedToken, (token) =>
      ready(isSession(Authentication.createSession(token)), token)
    )
  },
  {
    ...plain,
    name: "createSessionFromAccessToken",
    endpoint: "POST /3/authentication/session/convert/4",
    prepare: Effect.flatMap(accessToken, (granted) =>
      ready(isSession(Authentication.createSessionFromAccessToken(granted.accessToken)), granted.accessToken)
    )
  },
  {
    ...plain,
    once: true,
    name: "deleteSession",
    endpoint: "DELETE /3/authentication/session",
    prepare: Effect.flatMap(session, ({ sessionId }) =>
      ready(Authentication.deleteSession(sessionId), sessionId)
    )
  },
  {
    ...plain,
    name: "createGuestSession",
    endpoint: "GET /3/authentication/guest_session/new",
    prepare: Effect.suspend(() => ready(Authentication.createGuestSession()))
  },
  {
    ...plain,
    name: "Account.details",
    endpoint: "GET /3/account",
    prepare: Effect.gen(function* () {
      const { person } = yield* Tmdb
      const { sessionId } = yield* session
      const isTheirs = expecting(({ username }: Account.Account) =>
        assert.strictEqual(username, person.username)
      )
      return yield* ready(isTheirs(Account.details(sessionId)), sessionId)
    })
  },
  {
    ...plain,
    version: 4,
    name: "createRequestTokenV4",
    endpoint: "POST /4/auth/request_token",
    prepare: Effect.suspend(() =>
      ready(Authentication.createRequestTokenV4({ redirectTo: "https://app.example/signed-in" }))
    )
  },
  {
    once: true,
    version: 4,
    name: "createAccessToken",
    endpoint: "POST /4/auth/access_token",
    prepare: Effect.flatMap(approvedTokenV4, (token) => ready(Authentication.createAccessToken(token), token))
  },
  {
    once: true,
    version: 4,
    name: "deleteAccessToken",
    endpoint: "DELETE /4/auth/access_token",
    prepare: Effect.flatMap(accessToken, (granted) =>
      ready(Authentication.deleteAccessToken(granted.accessToken), granted.accessToken)
    )
  }
]
