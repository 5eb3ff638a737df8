/** Every operation when TMDB works, and each way in which TMDB refuses one. */
import * as Account from "@tmdb-session/core/Account"
import * as Authentication from "@tmdb-session/core/Authentication"
import type { Options, TmdbClient } from "@tmdb-session/core/TmdbClient"
import { assert } from "chai"
import * as Effect from "effect/Effect"
import type { table } from "../../../core/test/Operations.js"
import type { Adapter } from "../Adapter.js"
import { type Case, withClient } from "../Case.js"
import { accessToken, approvedToken, operations, secretsOf, session } from "../Operations.js"
import { assertNoSecret } from "../Secrets.js"
import { type Service, Tmdb } from "../Tmdb.js"

const unknownId = "0".repeat(40)
const unknownTokenV4 = "eyJhbGciOiJIUzI1NiJ9.eyJ2ZXJzaW9uIjoyfQ.dW5rbm93bg"

/** How a call must fail. */
interface Expected {
  readonly tag: string
  readonly tmdbCode?: number
}

const failsAs = <R>(
  call: Effect.Effect<unknown, { readonly _tag: string; readonly tmdbCode?: number | undefined }, R>,
  expected: Expected,
  secrets: ReadonlyArray<string> = []
) =>
  Effect.gen(function* () {
    const tmdb = yield* Tmdb
    const error = yield* Effect.flip(call)
    assert.strictEqual(error._tag, expected.tag)
    if (expected.tmdbCode !== undefined) assert.strictEqual(error.tmdbCode, expected.tmdbCode)
    assertNoSecret(error, [...secretsOf(tmdb), ...secrets])
  })

/** Credentials that TMDB, or the client itself, refuses. */
const refused = ({
  proxied
}: Adapter): Readonly<
  Record<string, { readonly options: (tmdb: Service) => Options; readonly expected: Expected }>
> => ({
  "an access token that TMDB does not know": {
    options: (tmdb) => ({ accessToken: tmdb.accessToken.replace(/[^.]+$/, "canarySignature") }),
    expected: { tag: "InvalidCredentials", tmdbCode: 7 }
  },
  "a suspended access token": {
    options: (tmdb) => ({ accessToken: tmdb.suspendedAccessToken }),
    expected: { tag: "SuspendedCredentials", tmdbCode: 10 }
  },
  "an API key in the access token's place": {
    options: (tmdb) => ({ accessToken: tmdb.apiKey }),
    expected: { tag: "InvalidConfiguration" }
  },
  "no credential": {
    options: () => ({ accessToken: "" }),
    expected: { tag: proxied ? "InvalidCredentials" : "InvalidConfiguration" }
  }
})

interface No {
  readonly operation: keyof typeof table
  readonly given: string
  readonly call: Effect.Effect<
    unknown,
    { readonly _tag: string; readonly tmdbCode?: number | undefined },
    TmdbClient | Tmdb
  >
  readonly expected: Expected
}

const login = (pick: (tmdb: Service) => { readonly username: string; readonly password: string }) =>
  Effect.gen(function* () {
    const tmdb = yield* Tmdb
    const { requestToken } = yield* Authentication.createRequestToken()
    return yield* Authentication.validateWithLogin({ ...pick(tmdb), requestToken })
  })

const sessionOf = (
  fate: (tmdb: Service, requestToken: Authentication.RequestToken["requestToken"]) => Effect.Effect<void>
) =>
  Effect.gen(function* () {
    const tmdb = yield* Tmdb
    const { requestToken } = yield* Authentication.createRequestToken()
    yield* fate(tmdb, requestToken)
    return yield* Authentication.createSession(requestToken)
  })

const sessionDenied = { tag: "SessionDenied", tmdbCode: 17 }

/** The calls that TMDB refuses because of the person, the token or the session. */
export const noes: ReadonlyArray<No> = [
  {
    operation: "validateWithLogin",
    given: "a wrong password",
    call: login(({ person }) => ({ ...person, password: "canary of a wrong password" })),
    expected: { tag: "InvalidLogin" }
  },
  {
    operation: "validateWithLogin",
    given: "a disabled account",
    call: login(({ disabled }) => disabled),
    expected: { tag: "AccountDisabled" }
  },
  {
    operation: "validateWithLogin",
    given: "an unverified account",
    call: login(({ unverified }) => unverified),
    expected: { tag: "EmailNotVerified", tmdbCode: 32 }
  },
  {
    operation: "validateWithLogin",
    given: "an unknown request token",
    call: Effect.flatMap(Tmdb, ({ person }) =>
      Authentication.validateWithLogin({ ...person, requestToken: unknownId })
    ),
    expected: { tag: "InvalidRequestToken", tmdbCode: 33 }
  },
  {
    operation: "createSession",
    given: "a request token that is not approved",
    call: sessionOf(() => Effect.void),
    expected: sessionDenied
  },
  {
    operation: "createSession",
    given: "a request token that was denied",
    call: sessionOf((tmdb, token) => tmdb.deny(token)),
    expected: sessionDenied
  },
  {
    operation: "createSession",
    given: "a request token that has expired",
    call: sessionOf((tmdb, token) => Effect.zipRight(tmdb.approve(token), tmdb.advance("61 minutes"))),
    expected: sessionDenied
  },
  {
    operation: "createSession",
    given: "a request token that is used",
    call: Effect.flatMap(approvedToken, (token) =>
      Effect.zipRight(Authentication.createSession(token), Authentication.createSession(token))
    ),
    expected: sessionDenied
  },
  {
    operation: "createSession",
    given: "an unknown request token",
    call: Authentication.createSession(unknownId),
    expected: sessionDenied
  },
  {
    operation: "createSessionFromAccessToken",
    given: "an app's own access token",
    call: Effect.flatMap(Tmdb, (tmdb) => Authentication.createSessionFromAccessToken(tmdb.accessToken)),
    expected: { tag: "InvalidAccessToken" }
  },
  {
    operation: "deleteSession",
    given: "an unknown session",
    call: Authentication.deleteSession(unknownId),
    expected: { tag: "InvalidSession" }
  },
  {
    operation: "accountDetails",
    given: "an ended session",
    call: Effect.flatMap(session, ({ sessionId }) =>
      Effect.zipRight(Authentication.deleteSession(sessionId), Account.details(sessionId))
    ),
    expected: { tag: "InvalidSession", tmdbCode: 3 }
  },
  {
    operation: "createAccessToken",
    given: "a request token that is not approved",
    call: Effect.flatMap(Authentication.createRequestTokenV4(), ({ requestToken }) =>
      Authentication.createAccessToken(requestToken)
    ),
    expected: { tag: "SessionDenied" }
  },
  {
    operation: "createAccessToken",
    given: "an unknown request token",
    call: Authentication.createAccessToken(unknownTokenV4),
    expected: { tag: "InvalidRequestToken" }
  },
  {
    operation: "deleteAccessToken",
    given: "one that is deleted already",
    call: Effect.flatMap(accessToken, (granted) =>
      Effect.zipRight(
        Authentication.deleteAccessToken(granted.accessToken),
        Authentication.deleteAccessToken(granted.accessToken)
      )
    ),
    expected: { tag: "InvalidAccessToken" }
  }
]

export const operationCases = (adapter: Adapter): ReadonlyArray<Case> => [
  ...operations.map(({ endpoint, name, prepare }) => ({
    name: `${name} yields what TMDB documents, in one request`,
    run: Effect.gen(function* () {
      const tmdb = yield* Tmdb
      const { call } = yield* prepare
      const before = yield* tmdb.asked(endpoint)
      yield* call
      assert.strictEqual((yield* tmdb.asked(endpoint)) - before, 1)
    }).pipe(withClient(adapter))
  })),
  ...operations.map(({ name, prepare, version }) => ({
    name: version === 3 ? `${name} takes an API key, too` : `${name} refuses an API key before any request`,
    run: Effect.gen(function* () {
      const { apiKey } = yield* Tmdb
      const { call, secrets } = yield* withClient(adapter)(prepare)
      const withKey = withClient(adapter, { apiKey })
      if (version === 3) yield* withKey(call)
      else yield* withKey(failsAs(call, { tag: "InvalidConfiguration" }, secrets))
    })
  })),
  ...operations.flatMap(({ name, prepare }) =>
    Object.entries(refused(adapter)).map(([credential, { expected, options }]) => ({
      name: `${name}, given ${credential}, fails with ${expected.tag}`,
      run: Effect.gen(function* () {
        const tmdb = yield* Tmdb
        const { call, secrets } = yield* withClient(adapter)(prepare)
        yield* failsAs(call.pipe(withClient(adapter, options(tmdb))), expected, secrets)
      })
    }))
  ),
  ...noes.map(({ call, expected, given, operation }) => ({
    name: `${operation}, given ${given}, fails with ${expected.tag}`,
    run: Effect.flatMap(Tmdb, (tmdb) =>
      failsAs(Effect.provideService(call, Tmdb, tmdb), expected).pipe(withClient(adapter))
    )
  }))
]
