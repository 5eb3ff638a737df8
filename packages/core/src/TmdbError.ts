/**
 * The errors of this library, each with a tag.
 *
 * Each is a real `Error` whose `message` says what happened and what to do next.
 * It is safe to print, to serialise and to send to an error tracker: no field
 * holds a secret in the clear.
 *
 * Source: {@link https://developer.themoviedb.org/docs/errors}
 *
 * @since 0.1.0
 */
import type * as Cause from "effect/Cause"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Predicate from "effect/Predicate"
import type * as Redacted from "effect/Redacted"

/** A string, not a symbol, so that two copies of the package recognise each other's errors. */
const TypeId = "~@tmdb-session/core/TmdbError"

/**
 * The fields of every error. A field without a value is absent: without an answer
 * there is no `httpStatus`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Details {
  /** The operation that failed: its name in `Endpoint`, or another such as `signIn`. */
  readonly operation: string
  /** The HTTP status of TMDB's answer. */
  readonly httpStatus?: number | undefined
  /** TMDB's own `status_code`. */
  readonly tmdbCode?: number | undefined
  /** TMDB's `status_message`, without anything that looks like a secret. The error's `message` does not repeat it. */
  readonly tmdbMessage?: string | undefined
  /** The request's id at TMDB's CDN, to quote to TMDB's support. */
  readonly requestId?: string | undefined
  /** When TMDB answered, by its own clock. */
  readonly date?: Date | undefined
}

/**
 * Whether a request that got no answer may have reached TMDB. It is `"no"` only
 * when no byte of the request was sent.
 *
 * @since 0.1.0
 * @category models
 */
export type Delivered = "no" | "unknown"

/**
 * What a v4 sign-in was granted before its last step failed. Keep the access
 * token, and convert it later with `Authentication.createSessionFromAccessToken`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Granted {
  readonly accessToken: Redacted.Redacted<string>
  readonly accountId: string
}

/** What happened, and what to do next: two sentences without their full stops. */
type Sentences = readonly [what: string, next: string]

/** ` (HTTP 401, code 17)`, or the part that is known. TMDB's words stay out, since some web frameworks send the message to a visitor. */
const answered = ({ httpStatus, tmdbCode }: Details): string => {
  const parts: Array<string> = []
  if (httpStatus !== undefined) parts.push(`HTTP ${httpStatus}`)
  if (tmdbCode !== undefined) parts.push(`code ${tmdbCode}`)
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`
}

/**
 * The type of an error's instances.
 *
 * @since 0.1.0
 * @category models
 */
export type Tagged<Tag extends string, Fields> = Cause.YieldableError & {
  readonly _tag: Tag
  /** On the error that ends a v4 sign-in after its access token was granted. Not enumerable. */
  readonly granted?: Granted
} & Readonly<Details & Fields>

/** An error class, and the TMDB codes that lead to it. */
type TaggedClass<Tag extends string, Fields> = (new (
  fields: Details & Fields
) => Tagged<Tag, Fields>) & { readonly codes: ReadonlyArray<number> }

/** The one constructor. `describe` gives an error's two sentences, and the details are added here. */
const TaggedError = <Tag extends string, Fields extends object = object>(
  tag: Tag,
  describe: (fields: Details & Fields) => Sentences,
  codes: ReadonlyArray<number> = []
): TaggedClass<Tag, Fields> => {
  class Base extends Data.TaggedError(tag)<{ readonly message: string }> {
    constructor(fields: Details & Fields) {
      const [what, next] = describe(fields)
      const present = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
      super({ ...present, message: `${fields.operation}: ${what}${answered(fields)}. ${next}.` })
    }
  }
  Object.defineProperty(Base.prototype, TypeId, { value: TypeId })
  // The class has the fields it was given, which TypeScript cannot see through the spread.
  return Object.assign(Base, { codes }) as unknown as TaggedClass<Tag, Fields>
}

/**
 * A setting is missing or malformed. No request was made.
 *
 * @since 0.1.0
 * @category errors
 */
export class InvalidConfiguration extends TaggedError(
  "InvalidConfiguration",
  ({ what, next }: { readonly what: string; readonly next: string }): Sentences => [what, next]
) {}

/**
 * TMDB does not accept the API key or read access token (codes 7, 14, 16, and 3
 * where no session was sent). `hint` is present when the credential has the wrong
 * shape, or when a proxy should add it.
 *
 * @since 0.1.0
 * @category errors
 */
export class InvalidCredentials extends TaggedError(
  "InvalidCredentials",
  ({ hint }: { readonly hint?: string | undefined }): Sentences => [
    "TMDB does not accept the API key or access token",
    hint ?? "Compare it with the one at https://www.themoviedb.org/settings/api"
  ],
  [3, 7, 14, 16]
) {}

/**
 * TMDB has suspended the API key (code 10).
 *
 * @since 0.1.0
 * @category errors
 */
export class SuspendedCredentials extends TaggedError(
  "SuspendedCredentials",
  (): Sentences => ["TMDB has suspended this API key", "Contact TMDB: no request works until they lift it"],
  [10]
) {}

/**
 * The request token is not approved yet, or it was denied, was used, has expired
 * or is unknown (codes 17 and 41). TMDB does not say which.
 *
 * @since 0.1.0
 * @category errors
 */
export class SessionDenied extends TaggedError(
  "SessionDenied",
  (): Sentences => [
    "TMDB gives no session for this request token: it is not approved yet, was denied or used, or has expired",
    "Approve it at TMDB, or start again with a new request token"
  ],
  [17, 41]
) {}

/**
 * The request token has expired or was never issued (code 33).
 *
 * @since 0.1.0
 * @category errors
 */
export class InvalidRequestToken extends TaggedError(
  "InvalidRequestToken",
  (): Sentences => [
    "TMDB does not know this request token, or it has expired",
    "Start again with a new request token"
  ],
  [33]
) {}

/**
 * The username and password are missing or wrong (codes 26 and 30).
 *
 * @since 0.1.0
 * @category errors
 */
export class InvalidLogin extends TaggedError(
  "InvalidLogin",
  (): Sentences => [
    "TMDB does not accept the username and password",
    "Check both, or approve in the browser instead"
  ],
  [26, 30]
) {}

/**
 * The person's account is disabled or suspended (codes 31 and 45).
 *
 * @since 0.1.0
 * @category errors
 */
export class AccountDisabled extends TaggedError(
  "AccountDisabled",
  (): Sentences => ["This TMDB account is disabled or suspended", "Contact TMDB about it"],
  [31, 45]
) {}

/**
 * The person has not confirmed the account's e-mail address (code 32).
 *
 * @since 0.1.0
 * @category errors
 */
export class EmailNotVerified extends TaggedError(
  "EmailNotVerified",
  (): Sentences => [
    "The e-mail address of this TMDB account is not verified",
    "Follow the link in TMDB's e-mail, then try again"
  ],
  [32]
) {}

/**
 * The session is unknown or has ended (code 37, 3 where a session was sent,
 * and 6 and 34 from `deleteSession`).
 *
 * @since 0.1.0
 * @category errors
 */
export class InvalidSession extends TaggedError(
  "InvalidSession",
  (): Sentences => ["TMDB does not know this session, or it has ended", "Sign in again"],
  [37]
) {}

/**
 * The v4 access token is wrong or lacks the permission (codes 35, 36, 38 and 39).
 *
 * @since 0.1.0
 * @category errors
 */
export class InvalidAccessToken extends TaggedError(
  "InvalidAccessToken",
  (): Sentences => [
    "TMDB does not accept the person's access token, or it lacks the permission",
    "Sign in again with version 4"
  ],
  [35, 36, 38, 39]
) {}

/**
 * The request is not valid. `errors` are TMDB's own words. Without an
 * `httpStatus` they are this library's: the request was not sent.
 *
 * @since 0.1.0
 * @category errors
 */
export class InvalidRequest extends TaggedError(
  "InvalidRequest",
  ({ errors, httpStatus }: Details & { readonly errors: ReadonlyArray<string> }): Sentences => [
    "The request is not valid",
    // TMDB's own words stay out of the message.
    httpStatus === undefined && errors.length > 0 ? errors.join("; ") : "Check the values that were passed"
  ],
  [2, 4, 5, 8, 18, 19, 20, 22, 23, 27, 28, 29, 42, 44, 47]
) {}

/**
 * TMDB has nothing at this path or with this id (codes 6, 21, 34 and other
 * 404s).
 *
 * @since 0.1.0
 * @category errors
 */
export class NotFound extends TaggedError(
  "NotFound",
  (): Sentences => ["TMDB has nothing at this path or id", "Check the path and the id"],
  [6, 21, 34]
) {}

/** Rounded up, since an earlier request is refused again. */
const inSeconds = (duration: Duration.Duration): string => {
  const seconds = Math.ceil(Duration.toMillis(duration) / 1_000)
  return `${seconds} second${seconds === 1 ? "" : "s"}`
}

/**
 * Too many requests (HTTP 429, code 25). `retryAfter` is how long TMDB asks to
 * wait, if it does.
 *
 * @since 0.1.0
 * @category errors
 */
export class RateLimited extends TaggedError(
  "RateLimited",
  ({ retryAfter }: { readonly retryAfter?: Duration.Duration | undefined }): Sentences => [
    "TMDB asks for fewer requests",
    retryAfter === undefined ? "Wait a moment, then try again" : `Try again in ${inSeconds(retryAfter)}`
  ],
  [25]
) {}

/**
 * TMDB is down, overloaded or in maintenance (codes 9, 11, 15, 24, 43, 46 and
 * any other 5xx).
 *
 * @since 0.1.0
 * @category errors
 */
export class ServiceUnavailable extends TaggedError(
  "ServiceUnavailable",
  (): Sentences => ["TMDB cannot answer at the moment", "Try again later"],
  [9, 11, 15, 24, 43, 46]
) {}

/**
 * How an answer differs from what TMDB documents.
 *
 * @since 0.1.0
 * @category models
 */
export type UnexpectedReason =
  | "empty"
  | "html"
  | "json"
  | "shape"
  | "tmdbCode"
  | "httpStatus"
  | "redirect"
  | "size"
  | "encoding"

const unexpected: Readonly<Record<UnexpectedReason, string>> = {
  empty: "an empty body",
  html: "a web page in place of JSON",
  json: "a body that is not JSON, or was cut short",
  shape: "JSON without what TMDB documents",
  tmdbCode: "JSON with a status code of another operation",
  httpStatus: "one with an undocumented HTTP status",
  redirect: "a redirect, which is not followed",
  size: "a body that is too large",
  encoding: "a body that cannot be decoded"
}

/**
 * The answer is not what TMDB documents; `reason` says how it differs. It may
 * come from a proxy on the way to TMDB.
 *
 * @since 0.1.0
 * @category errors
 */
export class UnexpectedResponse extends TaggedError(
  "UnexpectedResponse",
  ({ reason }: { readonly reason: UnexpectedReason }): Sentences => [
    `The answer was ${unexpected[reason]}`,
    "Check that the API URL is TMDB's, and that no proxy or sign-in page of a network answers in its place"
  ]
) {}

/**
 * Why the connection failed.
 *
 * @since 0.1.0
 * @category models
 */
export type ConnectionReason = "dns" | "refused" | "reset" | "tls" | "offline" | "unknown"

const connection: Readonly<Record<ConnectionReason, Sentences>> = {
  dns: ["The name of TMDB's host cannot be resolved", "Check the network, the DNS and the API URL"],
  refused: ["The connection was refused", "Check the API URL and any proxy or firewall"],
  reset: ["The connection was closed before the answer was complete", "Try again"],
  tls: ["The connection is not secure: TLS failed", "Check the clock, the certificates and any proxy"],
  offline: ["The network cannot be reached", "Connect to a network, then try again"],
  unknown: ["TMDB could not be reached", "Check the network and the API URL, then try again"]
}

/** Adds that TMDB may have acted on the request, unless it was never sent. */
const uncertain = (next: string, delivered: Delivered): string =>
  delivered === "no" ? next : `${next}; TMDB may still have acted on the request`

/**
 * The connection failed, so no whole answer arrived. `delivered` says whether TMDB
 * may have acted on the request.
 *
 * @since 0.1.0
 * @category errors
 */
export class ConnectionFailed extends TaggedError(
  "ConnectionFailed",
  ({
    reason,
    delivered
  }: {
    readonly reason: ConnectionReason
    readonly delivered: Delivered
  }): Sentences => [connection[reason][0], uncertain(connection[reason][1], delivered)]
) {}

/**
 * The operation, with its retries, took longer than `timeout`.
 *
 * @since 0.1.0
 * @category errors
 */
export class TimedOut extends TaggedError(
  "TimedOut",
  ({ delivered }: { readonly delivered: Delivered }): Sentences => [
    "TMDB did not answer in time",
    uncertain("Try again, or allow more time", delivered)
  ]
) {}

/**
 * The person denied, or closed the page without approving.
 *
 * @since 0.1.0
 * @category errors
 */
export class ApprovalDenied extends TaggedError(
  "ApprovalDenied",
  (): Sentences => ["The sign-in was denied, or its page was closed", "Sign in again if that was a mistake"]
) {}

/**
 * The person did not approve before the request token expired, or before
 * `timeout`. A denial that no callback reported ends here too.
 *
 * @since 0.1.0
 * @category errors
 */
export class ApprovalExpired extends TaggedError(
  "ApprovalExpired",
  (): Sentences => ["The sign-in was not approved in time", "Sign in again"]
) {}

/**
 * The person could not be asked, or the callback does not belong to this sign-in.
 *
 * @since 0.1.0
 * @category errors
 */
export class ApprovalFailed extends TaggedError(
  "ApprovalFailed",
  ({
    what,
    next
  }: {
    readonly what: string
    readonly next: string
    /** `"blocked"`: the browser blocked the pop-up. Ask in another way, such as a redirect. */
    readonly reason?: "blocked" | undefined
  }): Sentences => [what, next]
) {}

/**
 * Why a store could not be read or written.
 *
 * @since 0.1.0
 * @category models
 */
export type StoreReason = "unavailable" | "corrupt" | "permission" | "full"

/**
 * The session store cannot be read or written.
 *
 * @since 0.1.0
 * @category errors
 */
export class SessionStoreError extends TaggedError(
  "SessionStoreError",
  ({
    what,
    next
  }: {
    readonly reason: StoreReason
    readonly what: string
    readonly next: string
  }): Sentences => [what, next]
) {}

/**
 * Every error of this library.
 *
 * @since 0.1.0
 * @category models
 */
export type TmdbError =
  | InvalidConfiguration
  | InvalidCredentials
  | SuspendedCredentials
  | SessionDenied
  | InvalidRequestToken
  | InvalidLogin
  | AccountDisabled
  | EmailNotVerified
  | InvalidSession
  | InvalidAccessToken
  | InvalidRequest
  | NotFound
  | RateLimited
  | ServiceUnavailable
  | UnexpectedResponse
  | ConnectionFailed
  | TimedOut
  | ApprovalDenied
  | ApprovalExpired
  | ApprovalFailed
  | SessionStoreError

/**
 * What every operation can fail with. Its row in `Endpoint` adds the rest.
 *
 * @since 0.1.0
 * @category models
 */
export type CommonError =
  | InvalidConfiguration
  | InvalidCredentials
  | SuspendedCredentials
  | InvalidRequest
  | NotFound
  | RateLimited
  | ServiceUnavailable
  | UnexpectedResponse
  | ConnectionFailed
  | TimedOut

/**
 * Whether `u` is an error of this library, from this copy of it or another.
 *
 * @example
 * import { TmdbError } from "@tmdb-session/core"
 *
 * const explain = (u: unknown) => (TmdbError.isTmdbError(u) ? u._tag : "not ours")
 *
 * @since 0.1.0
 * @category guards
 */
export const isTmdbError = (u: unknown): u is TmdbError => Predicate.hasProperty(u, TypeId)

/**
 * Whether TMDB refused a request token: it is not approved yet, or it was denied,
 * was used or has expired. TMDB does not say which.
 *
 * @example
 * import { Authentication, TmdbError } from "@tmdb-session/core"
 * import { Effect } from "effect"
 *
 * const session = (requestToken: string) =>
 *   Effect.catchIf(Authentication.createSession(requestToken), TmdbError.isTokenRefused, () => Effect.void)
 *
 * @since 0.1.0
 * @category guards
 */
export const isTokenRefused = (error: TmdbError): error is SessionDenied | InvalidRequestToken =>
  error._tag === "SessionDenied" || error._tag === "InvalidRequestToken"

/**
 * Adds to an error what was granted before it, and returns the error. The property
 * is not enumerable, so printing the error does not print the grant.
 *
 * @example
 * import { Authentication, TmdbError } from "@tmdb-session/core"
 * import { Effect } from "effect"
 *
 * const convert = (granted: TmdbError.Granted) =>
 *   Authentication.createSessionFromAccessToken(granted.accessToken).pipe(
 *     Effect.mapError((error) => TmdbError.withGranted(error, granted))
 *   )
 *
 * @since 0.1.0
 * @category combinators
 */
export const withGranted = <E extends TmdbError>(error: E, granted: Granted): E =>
  Object.defineProperty(error, "granted", { value: granted, configurable: true })
