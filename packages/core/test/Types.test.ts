/**
 * The error type of each operation is a promise: adding an error to one, or
 * taking one away, breaks this file. `tsc -p tsconfig.test.json` checks it.
 */

import type { HttpClient } from "@effect/platform"
import { describe, expectTypeOf, it } from "@effect/vitest"
import type { DateTime, Duration, Effect, Layer, Redacted } from "effect"
import {
  type Approval,
  type Authentication,
  createSession,
  type Endpoint,
  type PromiseClient,
  type SessionStore,
  type SignIn,
  TmdbClient,
  type TmdbError
} from "../src/index.js"
import type { table } from "./Operations.js"

type ErrorOf<F> = F extends (...args: never) => Effect.Effect<unknown, infer E, infer _> ? E : never
type ValueOf<F> = F extends (...args: never) => Effect.Effect<infer A, infer _, infer _> ? A : never
type NeedsOf<F> = F extends (...args: never) => Effect.Effect<unknown, infer _, infer R> ? R : never
type TagOf<F> = ErrorOf<F> extends { readonly _tag: infer Tag extends string } ? Tag : never

/** What the documentation says that every operation can end in. */
type Shared =
  | "InvalidConfiguration"
  | "InvalidCredentials"
  | "SuspendedCredentials"
  | "InvalidRequest"
  | "NotFound"
  | "RateLimited"
  | "ServiceUnavailable"
  | "UnexpectedResponse"
  | "ConnectionFailed"
  | "TimedOut"

type Table = typeof table

/** What two lists of tags do not have in common, in words that the compiler prints. */
type Compared<Name extends string, Actual extends string, Listed extends string> =
  | "as listed"
  | `${Name}: Operations.ts does not list ${Exclude<Actual, Listed>}`
  | `${Name}: Operations.ts lists ${Exclude<Listed, Actual>}, which it cannot end in`

type Ended = "SessionDenied" | "InvalidRequestToken" | "InvalidAccessToken"
type Asked = "ApprovalDenied" | "ApprovalExpired" | "ApprovalFailed"

describe("what an operation can fail with", () => {
  it("is, for each, what every call can and what its row in Operations.ts adds", () => {
    type Rows = {
      [Name in keyof Table]: Compared<
        Name,
        TagOf<Table[Name]["call"]>,
        Shared | Table[Name]["errors"][number]
      >
    }
    expectTypeOf<Rows[keyof Table]>().toEqualTypeOf<"as listed">()
    expectTypeOf<TagOf<typeof Authentication.approvalUrl>>().toEqualTypeOf<"InvalidConfiguration">()
  })

  it("is, for a sign-in, what its steps fail with and what becomes of the approval", () => {
    expectTypeOf<TagOf<typeof SignIn.signIn>>().toEqualTypeOf<Shared | Ended | Asked>()
    expectTypeOf<TagOf<typeof SignIn.complete>>().toEqualTypeOf<Shared | Ended | Asked>()
    expectTypeOf<TagOf<typeof SignIn.begin>>().toEqualTypeOf<Shared>()
    expectTypeOf<TagOf<typeof SignIn.signOut>>().toEqualTypeOf<Shared>()
  })

  it("is, for a row of Endpoint, what the row in Operations.ts adds", () => {
    type RowError<Row> = Row extends Endpoint.Endpoint<infer _I, infer _S, infer E> ? E["_tag"] : never
    type Rows = {
      [Name in keyof Table]: Compared<Name, RowError<(typeof Endpoint)[Name]>, Table[Name]["errors"][number]>
    }
    expectTypeOf<Rows[keyof Table]>().toEqualTypeOf<"as listed">()
  })

  it("is, for the client and the store, this", () => {
    expectTypeOf<TagOf<typeof TmdbClient.make>>().toEqualTypeOf<"InvalidConfiguration">()
    expectTypeOf(TmdbClient.layer).returns.toEqualTypeOf<
      Layer.Layer<TmdbClient.TmdbClient, TmdbError.InvalidConfiguration, HttpClient.HttpClient>
    >()
    expectTypeOf(TmdbClient.layerConfig).returns.toEqualTypeOf<
      Layer.Layer<TmdbClient.TmdbClient, TmdbError.InvalidConfiguration, HttpClient.HttpClient>
    >()
    expectTypeOf<TagOf<SessionStore.Service["save"]>>().toEqualTypeOf<
      "SessionStoreError" | "InvalidConfiguration"
    >()
    expectTypeOf<TagOf<typeof SessionStore.session>>().toEqualTypeOf<"InvalidConfiguration">()
  })

  it("has the fields of every TMDB error", () => {
    type Any = ErrorOf<typeof SignIn.signIn>
    expectTypeOf<Any["operation"]>().toEqualTypeOf<string>()
    expectTypeOf<Any["httpStatus"]>().toEqualTypeOf<number | undefined>()
    expectTypeOf<Any["tmdbCode"]>().toEqualTypeOf<number | undefined>()
    expectTypeOf<Any["tmdbMessage"]>().toEqualTypeOf<string | undefined>()
    expectTypeOf<Any["requestId"]>().toEqualTypeOf<string | undefined>()
    expectTypeOf<Any["message"]>().toEqualTypeOf<string>()
    expectTypeOf<TmdbError.RateLimited["retryAfter"]>().toEqualTypeOf<Duration.Duration | undefined>()
    expectTypeOf<TmdbError.TimedOut["delivered"]>().toEqualTypeOf<"no" | "unknown">()
    expectTypeOf<TmdbError.ConnectionFailed["reason"]>().toEqualTypeOf<
      "dns" | "refused" | "reset" | "tls" | "offline" | "unknown"
    >()
    expectTypeOf<TmdbError.SessionStoreError["reason"]>().toEqualTypeOf<
      "unavailable" | "corrupt" | "permission" | "full"
    >()
  })
})

describe("what an operation takes, needs and yields", () => {
  it("secrets in as text or `Redacted`, out as `Redacted`", () => {
    expectTypeOf(createSession).parameter(0).toEqualTypeOf<string | Redacted.Redacted<string>>()
    expectTypeOf<ValueOf<typeof createSession>>().toEqualTypeOf<Authentication.Session>()
    expectTypeOf<Authentication.Session["sessionId"]>().toEqualTypeOf<Redacted.Redacted<string>>()
    expectTypeOf<Authentication.RequestToken["requestToken"]>().toEqualTypeOf<Redacted.Redacted<string>>()
    expectTypeOf<Authentication.RequestToken["expiresAt"]>().toEqualTypeOf<DateTime.Utc>()
    expectTypeOf<Authentication.AccessToken["accessToken"]>().toEqualTypeOf<Redacted.Redacted<string>>()
    expectTypeOf<Authentication.GuestSession["guestSessionId"]>().toEqualTypeOf<Redacted.Redacted<string>>()
  })

  it("needs the client, and a sign-in an approval too", () => {
    expectTypeOf<NeedsOf<typeof createSession>>().toEqualTypeOf<TmdbClient.TmdbClient>()
    expectTypeOf<NeedsOf<typeof SignIn.signIn>>().toEqualTypeOf<TmdbClient.TmdbClient | Approval.Approval>()
    expectTypeOf<NeedsOf<typeof SignIn.complete>>().toEqualTypeOf<TmdbClient.TmdbClient>()
    expectTypeOf<NeedsOf<typeof TmdbClient.make>>().toEqualTypeOf<HttpClient.HttpClient>()
  })

  it("as promises, plain text and dates", () => {
    type Resolves<K extends keyof PromiseClient.PromiseClient> = Awaited<
      ReturnType<PromiseClient.PromiseClient[K]>
    >
    expectTypeOf<Resolves<"createSession">>().toEqualTypeOf<{ readonly sessionId: string }>()
    expectTypeOf<Resolves<"createRequestToken">>().toEqualTypeOf<{
      readonly requestToken: string
      readonly expiresAt: Date
      readonly approvalUrl: string
    }>()
    expectTypeOf<Resolves<"validateWithLogin">>().toEqualTypeOf<Resolves<"createRequestToken">>()
    expectTypeOf<Resolves<"createGuestSession">>().toEqualTypeOf<{
      readonly guestSessionId: string
      readonly expiresAt: Date
    }>()
    expectTypeOf<Resolves<"signIn">>().toEqualTypeOf<{
      readonly sessionId: string
      readonly accessToken?: string
      readonly accountId?: string
    }>()
    expectTypeOf<Resolves<"validateKey">>().toEqualTypeOf<void>()
  })
})
