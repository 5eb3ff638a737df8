/** Every operation, ready to be called. What it needs is set up, and what it yields is checked. */
import * as Authentication from "@tmdb-session/core/Authentication"
import type { TmdbClient } from "@tmdb-session/core/TmdbClient"
import { assert } from "chai"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Table from "../../core/test/Operations.js"
import { type Service, Tmdb } from "./Tmdb.js"

/** A call, and the secrets that must not appear when it fails. */
export interface Prepared {
  readonly call: Effect.Effect<unknown, { readonly _tag: string }, TmdbClient>
  readonly secrets: ReadonlyArray<string>
}

export interface Operation {
  readonly name: string
  /** Its name in the sandbox's counts. */
  readonly endpoint: string
  /** Whether it consumes what it is given, so that it must never be sent twice. */
  readonly consuming: boolean
  /** Version 4 takes no API key. */
  readonly version: 3 | 4
  /** Makes what it needs, through other operations, and returns the call. */
  readonly prepare: Effect.Effect<Prepared, unknown, TmdbClient | Tmdb>
}

/** The secrets of the sandbox itself. */
export const secretsOf = (tmdb: Service): ReadonlyArray<string> => [
  tmdb.accessToken,
  tmdb.apiKey,
  tmdb.person.password
]

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

const requestToken = Effect.map(Authentication.createRequestToken(), ({ requestToken }) => requestToken)

/** Sets up what an operation needs to succeed, and returns the secrets that it is called with. */
const arrangements: Readonly<
  Record<
    Table.Arrangement,
    Effect.Effect<Partial<Record<keyof Table.Values, Redacted.Redacted<string>>>, unknown, TmdbClient | Tmdb>
  >
> = {
  nothing: Effect.succeed({}),
  "a request token": Effect.map(requestToken, (requestToken) => ({ requestToken })),
  "an approved request token": Effect.map(approvedToken, (requestToken) => ({ requestToken })),
  "an approved request token of version 4": Effect.map(approvedTokenV4, (requestTokenV4) => ({
    requestTokenV4
  })),
  "a session": session,
  "an access token": Effect.map(accessToken, ({ accessToken }) => ({ userAccessToken: accessToken }))
}

const issued = /^[0-9a-f]{32,40}$|^eyJ/

/** Checks that a value from the sandbox has the same fields as the expected one, with the same types. A list may be empty. */
const assertLike = (value: unknown, written: unknown): void => {
  assert.strictEqual(typeof value, typeof written)
  if (Array.isArray(written)) {
    assert.isArray(value)
    for (const item of Object(value)) assertLike(item, written[0])
    return
  }
  if (typeof written !== "object" || written === null) return
  const fields = Object(value)
  assert.hasAllKeys(fields, Object.keys(written))
  for (const [name, field] of Object.entries(written)) {
    if (name === "redacted") assert.match(fields[name], issued)
    else assertLike(fields[name], field)
  }
}

const prepare = ({ callWith, needs, yields }: Table.Operation): Operation["prepare"] =>
  Effect.gen(function* () {
    const tmdb = yield* Tmdb
    const { password, username } = tmdb.person
    const arranged = Object.entries(yield* arrangements[needs]).map(
      ([name, secret]) => [name, Redacted.value(secret)] as const
    )
    const given = { ...Table.values, username, password, ...Object.fromEntries(arranged) }
    const call = Effect.tap(callWith(given), (value) =>
      Effect.sync(() => {
        assertLike(Table.plain(value), yields)
        if (typeof value === "object" && value !== null && "username" in value) {
          assert.strictEqual(value.username, username)
        }
      })
    )
    return { call, secrets: [...secretsOf(tmdb), ...arranged.map(([, secret]) => secret)] }
  })

export const operations: ReadonlyArray<Operation> = Table.operations.map((operation) => ({
  name: operation.name,
  endpoint: `${operation.method} ${operation.template}`,
  consuming: operation.consuming,
  version: operation.version,
  prepare: prepare(operation)
}))
