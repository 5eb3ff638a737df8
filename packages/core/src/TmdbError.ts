/**
 * Everything that can go wrong, as tagged errors.
 *
 * Each is a real `Error` whose `message` says what happened and what to do
 * next, and which is safe to print, to serialise and to send to an error
 * tracker: no field ever holds a secret in the clear.
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

/** A string, not a symbol of this copy, so that two copies of the package know each other's errors. */
const TypeId = "~@tmdb-session/core/TmdbError"

/**
 * What every error carries. A field is absent where it has nothing to say:
 * without an answer there is no `httpStatus`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Details {
  /** The operation that failed, by its name in `Endpoint`. */
  readonly operation: string
  /** The HTTP status of TMDB's answer. */
  readonly httpStatus?: number | undefined
  /** TMDB's own `status_code`. */
  readonly tmdbCode?: number | undefined
  /** TMDB's `status_message`, with whatever looks like a secret removed. The message of the error does not repeat it. */
  readonly tmdbMessage?: string | undefined
  /** The edge's id for the request, to quote to TMDB's support. */
  readonly requestId?: string | undefined
  /** When TMDB answered, by its own clock. */
  readonly date?: Date | undefined
}

/**
 * Whether TMDB may have acted on a request that got no answer: `"no"` only
 * when it is known that no byte of it was sent.
 *
 * @since 0.1.0
 * @category models
 */
export type Delivered = "no" | "unknown"

/**
 * What a v4 sign-in had already been granted when its last step failed: keep
 * it, and convert it later with `Authentication.createSessionFromAccessToken`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Granted {
  readonly accessToken: Redacted.Redacted<string>
  readonly accountId: string
}

/** What happened, and what the reader can do next: two sentences, neither with a full stop. */
type Sentences = readonly [what: string, next: string]

/** ` (HTTP 401, code 17)`, or as much of it as there is. TMDB's words stay out: some web frameworks send the message to a visitor. */
const answered = ({ httpStatus, tmdbCode }: Details): string => {
  const parts: Array<string> = []
  if (httpStatus !== undefined) parts.push(`HTTP ${httpStatus}`)
  if (tmdbCode !== undefined) parts.push(`code ${tmdbCode}`)
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`
}

/**
 * The instance side of every error here.
 *
 * @since 0.1.0
 * @category models
 */
export type Tagged<Tag extends string, Fields> = Cause.YieldableError & {
  readonly _tag: Tag
  /** On the error that ends a v4 sign-in after its access token was granted; not enumerable. */
  readonly granted?: Granted
} & Readonly<Details & Fields>

/** A class of errors, and TMDB's codes that it stands for. */
type TaggedClass<Tag extends string, Fields> = (new (
  fields: Details & Fields
) => Tagged<Tag, Fields>) & { readonly codes: ReadonlyArray<number> }

/** One constructor for all: each error says its two sentences, the details are filled in here. */
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
  // The class has the fields it was given; TypeScript cannot see that through the spread.
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
 * TMDB does not accept the API key or read access token (codes 7, 14, 16, and
 * 3 where no session was sent). `hint` is there when its shape shows a mix-up.
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
  (): Sentences => [
    "TMDB has suspended this API key",
    "Contact TMDB about it: no request will be accepted until they lift it"
  ],
  [10]
) {}

/**
 * The request token is not approved, denied, expired, used or unknown: TMDB
 * does not say which (codes 17 and 41).
 *
 * @since 0.1.0
 * @category errors
 */
export class SessionDenied extends TaggedError(
  "SessionDenied",
  (): Sentences => [
    "TMDB gives no session for this request token: it is not approved, or was denied, used or has expired",
    "Approve it, or ask for a new request token"
  ],
  [17, 41]
) {}

/**
 * The request token is expired or was never issued (code 33).
 *
 * @since 0.1.0
 * @category errors
 */
export class InvalidRequestToken extends TaggedError(
  "InvalidRequestToken",
  (): Sentences => [
    "TMDB does not know this request token, or it has expired",
    "Ask for a new request token"
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
  (): Sentences => ["This TMDB account is disabled or suspended", "Its owner has to contact TMDB"],
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
 * The v4 access token is wrong or may not do this (codes 35, 36, 38 and 39).
 *
 * @since 0.1.0
 * @category errors
 */
export class InvalidAccessToken extends TaggedError(
  "InvalidAccessToken",
  (): Sentences => [
    "TMDB does not accept the access token of the person, or it lacks the permission",
    "Sign in again with version 4"
  ],
  [35, 36, 38, 39]
) {}

/**
 * The request itself is wrong. `errors` are TMDB's own words. Without an
 * `httpStatus` they are ours: it was seen to be wrong before it was sent.
 *
 * @since 0.1.0
 * @category errors
 */
export class InvalidRequest extends TaggedError(
  "InvalidRequest",
  ({ errors, httpStatus }: Details & { readonly errors: ReadonlyArray<string> }): Sentences => [
    "The request is not valid",
    // Where TMDB answered, `errors` are its own words.
    httpStatus === undefined && errors.length > 0 ? errors.join("; ") : "Check the values that were passed"
  ],
  [2, 4, 5, 8, 18, 19, 20, 22, 23, 27, 28, 29, 42, 44, 47]
) {}

/**
 * There is nothing at this path, or nothing of this id (codes 6, 21, 34 and
 * other 404s).
 *
 * @since 0.1.0
 * @category errors
 */
export class NotFound extends TaggedError(
  "NotFound",
  (): Sentences => ["TMDB has nothing there", "Check the path and the id"],
  [6, 21, 34]
) {}

const inSeconds = (duration: Duration.Duration): string => {
  const seconds = Math.ceil(Duration.toMillis(duration) / 1_000)
  return `${seconds} second${seconds === 1 ? "" : "s"}`
}

/**
 * Too many requests (HTTP 429, code 25). `retryAfter` is how long TMDB asks to
 * wait, if it says so.
 *
 * @since 0.1.0
 * @category errors
 */
export class RateLimited extends TaggedError(
  "RateLimited",
  ({ retryAfter }: { readonly retryAfter?: Duration.Duration | undefined }): Sentences => [
    "Too many requests were sent to TMDB",
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
  tmdbCode: "a status code that does not belong to this operation",
  httpStatus: "an HTTP status that TMDB does not document",
  redirect: "a redirect, which is not followed",
  size: "a body that is too large",
  encoding: "a body that cannot be decoded"
}

/**
 * The answer is not what TMDB documents: HTML, empty, cut short, of another
 * shape, too large, a redirect. Something between here and TMDB may have
 * written it.
 *
 * @since 0.1.0
 * @category errors
 */
export class UnexpectedResponse extends TaggedError(
  "UnexpectedResponse",
  ({ reason }: { readonly reason: UnexpectedReason }): Sentences => [
    `The answer was ${unexpected[reason]}`,
    "Check that the API URL points at TMDB and that no proxy or sign-in page of a network answers in its place"
  ]
) {}

/**
 * Why no connection carried the request through.
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

/** Says that TMDB may have acted, where it may have. */
const uncertain = (next: string, delivered: Delivered): string =>
  delivered === "no" ? next : `${next}; TMDB may have acted on the request all the same`

/**
 * No answer came: the connection failed. `delivered` says whether TMDB may
 * have acted on the request.
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
 * The operation, with its repeats, took longer than `timeout`.
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
 * The person refused, or closed the page without approving.
 *
 * @since 0.1.0
 * @category errors
 */
export class ApprovalDenied extends TaggedError(
  "ApprovalDenied",
  (): Sentences => ["The request was denied", "Sign in again if that was not intended"]
) {}

/**
 * The person did not approve before the request token expired or the wait
 * ended. A refusal that no callback reported ends in this error too.
 *
 * @since 0.1.0
 * @category errors
 */
export class ApprovalExpired extends TaggedError(
  "ApprovalExpired",
  (): Sentences => ["The request was not approved in time", "Sign in again"]
) {}

/**
 * The person could not be asked, or what came back does not belong to this
 * sign-in.
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
    /** `"blocked"`: the browser let no window open. Ask in another way, such as a redirect. */
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
 * What every operation can end in; its row in `Endpoint` adds the rest.
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
 * Whether TMDB refused a request token: it is not approved yet, or was denied,
 * used or has expired. TMDB does not say which.
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
 * The same error, carrying what had been granted before it. Not enumerable, so
 * that printing the error does not print the grant.
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
