/**
 * The one table of TMDB's operations, a row for each. The client and the spans
 * read it.
 *
 * Each row is a named export, so a bundler keeps only the rows that are used.
 *
 * Source: {@link https://developer.themoviedb.org/reference/intro/authentication}
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import { secretFields as fields, Secret } from "./internal/secret.js"
import {
  AccountDisabled,
  EmailNotVerified,
  InvalidAccessToken,
  InvalidLogin,
  InvalidRequestToken,
  InvalidSession,
  SessionDenied,
  type TmdbError
} from "./TmdbError.js"

/**
 * The class of an error that a row can fail with, and the codes that lead to it.
 *
 * @since 0.1.0
 * @category models
 */
export type ErrorClass<E extends TmdbError> = (new (
  fields: never
) => E) & {
  readonly codes: ReadonlyArray<number>
}

/**
 * A row: what is sent, what comes back, which errors it can fail with, and
 * whether it may be retried.
 *
 * @since 0.1.0
 * @category models
 */
export interface Endpoint<Input, Success, E extends TmdbError> {
  /** The name of the operation, in errors and spans. */
  readonly operationId: string
  readonly method: "GET" | "POST" | "DELETE"
  /** From the root of the API. A `{name}` in it is filled from `input`. */
  readonly path: string
  /** What the caller passes: path parameters by name. The rest goes into the query of a GET and the JSON body of others. */
  // biome-ignore lint/suspicious/noExplicitAny: a struct of texts, whose exact wire form the schema defines
  readonly input: Schema.Schema<Input, any>
  /** What a 2xx answer holds. */
  // biome-ignore lint/suspicious/noExplicitAny: the schema defines its exact wire form
  readonly success: Schema.Schema<Success, any>
  /** The errors besides those that every call can fail with. */
  readonly errors: ReadonlyArray<ErrorClass<E>>
  /** Codes that lead to another error here than elsewhere. */
  readonly codes: Readonly<Record<number, ErrorClass<E>>>
  /** `"never"`: it consumes what it is given, so it is retried only when TMDB cannot have acted on it. */
  readonly repeat: "always" | "never"
  /** `"accessToken"`: a v3 API key is not enough. */
  readonly credentials: "any" | "accessToken"
}

/**
 * What a call of a row returns: the value, and when TMDB answered by its own
 * clock, where the platform lets us read that.
 *
 * @since 0.1.0
 * @category models
 */
export interface Answer<out Success> {
  readonly value: Success
  readonly date: Date | undefined
}

/**
 * The names of the fields whose values are secret, in requests and in answers.
 *
 * @since 0.1.0
 * @category constants
 */
export const secretFields: ReadonlySet<string> = fields

/**
 * Any row, whatever its types.
 *
 * @since 0.1.0
 * @category models
 */
// biome-ignore lint/suspicious/noExplicitAny: stands for any row, which `unknown` cannot, since the input is invariant
export type Any = Endpoint<any, any, any>

/**
 * Makes a row. Use it for an endpoint that is not in this table.
 *
 * @example
 * import { Endpoint, TmdbClient } from "@tmdb-session/core"
 * import { Effect, Schema } from "effect"
 *
 * const movie = Endpoint.make({
 *   operationId: "movieDetails",
 *   method: "GET",
 *   path: "/3/movie/{movie_id}",
 *   input: Schema.Struct({ movie_id: Schema.String }),
 *   success: Schema.Struct({ title: Schema.String })
 * })
 *
 * const title = TmdbClient.call(movie, { movie_id: "550" }).pipe(Effect.map((answer) => answer.value.title))
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = <Input, Success, const Classes extends ReadonlyArray<ErrorClass<TmdbError>> = []>(
  row: Pick<Endpoint<Input, Success, never>, "operationId" | "method" | "path" | "input" | "success"> &
    Partial<Pick<Any, "repeat" | "credentials">> & {
      readonly errors?: Classes
      readonly codes?: Readonly<Record<number, Classes[number]>>
    }
): Endpoint<Input, Success, InstanceType<Classes[number]>> => ({
  repeat: "always",
  credentials: "any",
  ...row,
  // Each class makes its `InstanceType`, which TypeScript does not see through the list.
  errors: (row.errors ?? []) as ReadonlyArray<ErrorClass<InstanceType<Classes[number]>>>,
  codes: (row.codes ?? {}) as Readonly<Record<number, ErrorClass<InstanceType<Classes[number]>>>>
})

/** `2025-12-24 12:53:34 UTC`: TMDB's own format, not ISO 8601. */
const expiry = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/

const parseExpiry = (text: string): DateTime.Utc | undefined => {
  if (!expiry.test(text)) return undefined
  const iso = text.replace(" ", "T").replace(" UTC", ".000Z")
  const time = Date.parse(iso)
  if (Number.isNaN(time)) return undefined
  // `Date` turns 31 April into 1 May, so a date that formats differently is impossible.
  const date = DateTime.unsafeMake(time)
  return DateTime.formatIso(date) === iso ? date : undefined
}

const formatExpiry = (date: DateTime.Utc): string =>
  DateTime.formatIso(date)
    .replace("T", " ")
    .replace(/\.\d+Z$/, " UTC")

/**
 * A time as TMDB writes it, `2025-12-24 12:53:34 UTC`. Refuses an impossible
 * date.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ExpiresAt: Schema.Schema<DateTime.Utc, string> = Schema.transformOrFail(
  Schema.String,
  Schema.DateTimeUtcFromSelf,
  {
    strict: true,
    decode: (text, _, ast) => {
      const date = parseExpiry(text)
      return date === undefined
        ? ParseResult.fail(new ParseResult.Type(ast, text, "not a time in TMDB's format"))
        : ParseResult.succeed(date)
    },
    encode: (date) => ParseResult.succeed(formatExpiry(date))
  }
)

const noInput = Schema.Struct({})
const done = Schema.Struct({ success: Schema.Literal(true) })
const requestTokenAnswer = Schema.Struct({
  success: Schema.Literal(true),
  expires_at: ExpiresAt,
  request_token: Secret
})
const sessionAnswer = Schema.Struct({ success: Schema.Literal(true), session_id: Secret })

/**
 * Tests the app's credential.
 *
 * Source: {@link https://developer.themoviedb.org/reference/authentication-validate-key}
 *
 * @since 0.1.0
 * @category rows
 */
export const validateKey = make({
  operationId: "validateKey",
  method: "GET",
  path: "/3/authentication",
  input: noInput,
  success: done
})

/**
 * Step 1 of signing in: a request token for the person to approve.
 *
 * Source: {@link https://developer.themoviedb.org/reference/authentication-create-request-token}
 *
 * @since 0.1.0
 * @category rows
 */
export const createRequestToken = make({
  operationId: "createRequestToken",
  method: "GET",
  path: "/3/authentication/token/new",
  input: noInput,
  success: requestTokenAnswer
})

/**
 * Approves a request token with a username and password.
 *
 * Source: {@link https://developer.themoviedb.org/reference/authentication-create-session-from-login}
 *
 * @since 0.1.0
 * @category rows
 */
export const validateWithLogin = make({
  operationId: "validateWithLogin",
  method: "POST",
  path: "/3/authentication/token/validate_with_login",
  input: Schema.Struct({ username: Schema.String, password: Secret, request_token: Secret }),
  success: requestTokenAnswer,
  errors: [InvalidLogin, AccountDisabled, EmailNotVerified, InvalidRequestToken]
})

/**
 * Step 3 of signing in: exchanges an approved request token for a session.
 *
 * Source: {@link https://developer.themoviedb.org/reference/authentication-create-session}
 *
 * @since 0.1.0
 * @category rows
 */
export const createSession = make({
  operationId: "createSession",
  method: "POST",
  path: "/3/authentication/session/new",
  input: Schema.Struct({ request_token: Secret }),
  success: sessionAnswer,
  errors: [SessionDenied],
  repeat: "never"
})

/**
 * Converts a person's v4 access token to a v3 session.
 *
 * Source: {@link https://developer.themoviedb.org/reference/authentication-create-session-from-v4-token}
 *
 * @since 0.1.0
 * @category rows
 */
export const createSessionFromAccessToken = make({
  operationId: "createSessionFromAccessToken",
  method: "POST",
  path: "/3/authentication/session/convert/4",
  input: Schema.Struct({ access_token: Secret }),
  success: sessionAnswer,
  errors: [InvalidAccessToken]
})

/**
 * Ends a session. It is not retried after a lost reply: TMDB would not know the
 * session that the first request had ended.
 *
 * Source: {@link https://developer.themoviedb.org/reference/authentication-delete-session}
 *
 * @since 0.1.0
 * @category rows
 */
export const deleteSession = make({
  operationId: "deleteSession",
  method: "DELETE",
  path: "/3/authentication/session",
  input: Schema.Struct({ session_id: Secret }),
  success: done,
  errors: [InvalidSession],
  codes: { 3: InvalidSession, 6: InvalidSession, 34: InvalidSession },
  repeat: "never"
})

/**
 * A session for someone without an account.
 *
 * Source: {@link https://developer.themoviedb.org/reference/authentication-create-guest-session}
 *
 * @since 0.1.0
 * @category rows
 */
export const createGuestSession = make({
  operationId: "createGuestSession",
  method: "GET",
  path: "/3/authentication/guest_session/new",
  input: noInput,
  success: Schema.Struct({
    success: Schema.Literal(true),
    guest_session_id: Secret,
    expires_at: ExpiresAt
  })
})

/**
 * Reads the account that a session belongs to. TMDB documents an account id in
 * the path, but answers without it.
 *
 * Source: {@link https://developer.themoviedb.org/reference/account-details}
 *
 * @since 0.1.0
 * @category rows
 */
export const accountDetails = make({
  operationId: "accountDetails",
  method: "GET",
  path: "/3/account",
  input: Schema.Struct({ session_id: Secret }),
  success: Schema.Struct({
    id: Schema.Number,
    username: Schema.String,
    name: Schema.optional(Schema.String),
    include_adult: Schema.optional(Schema.Boolean),
    iso_639_1: Schema.optional(Schema.String),
    iso_3166_1: Schema.optional(Schema.String),
    avatar: Schema.optional(
      Schema.Struct({
        gravatar: Schema.optional(Schema.NullOr(Schema.Struct({ hash: Schema.NullOr(Schema.String) }))),
        tmdb: Schema.optional(Schema.NullOr(Schema.Struct({ avatar_path: Schema.NullOr(Schema.String) })))
      })
    )
  }),
  errors: [InvalidSession],
  codes: { 3: InvalidSession }
})

/**
 * Step 1 of signing in to v4: a request token for the person to approve, with
 * the page to send them to afterwards.
 *
 * Source: {@link https://developer.themoviedb.org/v4/reference/auth-create-request-token}
 *
 * @since 0.1.0
 * @category rows
 */
export const createRequestTokenV4 = make({
  operationId: "createRequestTokenV4",
  method: "POST",
  path: "/4/auth/request_token",
  input: Schema.Struct({ redirect_to: Schema.UndefinedOr(Schema.String) }),
  success: Schema.Struct({ success: Schema.Literal(true), request_token: Secret }),
  credentials: "accessToken"
})

/**
 * Step 3 of signing in to v4: exchanges an approved request token for the
 * person's access token. It consumes the request token.
 *
 * Source: {@link https://developer.themoviedb.org/v4/reference/auth-create-access-token}
 *
 * @since 0.1.0
 * @category rows
 */
export const createAccessToken = make({
  operationId: "createAccessToken",
  method: "POST",
  path: "/4/auth/access_token",
  input: Schema.Struct({ request_token: Secret }),
  success: Schema.Struct({
    success: Schema.Literal(true),
    access_token: Secret,
    account_id: Schema.String
  }),
  errors: [SessionDenied, InvalidRequestToken],
  repeat: "never",
  credentials: "accessToken"
})

/**
 * Ends a person's access token.
 *
 * Source: {@link https://developer.themoviedb.org/v4/reference/auth-logout}
 *
 * @since 0.1.0
 * @category rows
 */
export const deleteAccessToken = make({
  operationId: "deleteAccessToken",
  method: "DELETE",
  path: "/4/auth/access_token",
  input: Schema.Struct({ access_token: Secret }),
  success: done,
  errors: [InvalidAccessToken],
  repeat: "never",
  credentials: "accessToken"
})

/**
 * Every row of this table.
 *
 * @since 0.1.0
 * @category rows
 */
export const all: ReadonlyArray<Any> = [
  validateKey,
  createRequestToken,
  validateWithLogin,
  createSession,
  createSessionFromAccessToken,
  deleteSession,
  createGuestSession,
  accountDetails,
  createRequestTokenV4,
  createAccessToken,
  deleteAccessToken
]
