/** The one place that decides whether a failed request is retried, and after how long. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import type * as Endpoint from "../Endpoint.js"
import type { TmdbError } from "../TmdbError.js"
import type { Attempt } from "./attempt.js"

/** `attempts` counts all requests, the first included. `maxDelay` is the longest back-off, in milliseconds. */
export interface Policy {
  readonly attempts: number
  readonly maxDelay: number
}

/** The longest first back-off, in milliseconds. It doubles with each request. */
const baseDelay = 250

/**
 * TMDB refused the request before acting on it: its rate limit and its maintenance
 * mode come first. A 503 without a TMDB code may come from a proxy that has
 * already forwarded the request.
 */
const refusedUntouched = (error: TmdbError): boolean =>
  error._tag === "RateLimited" ||
  (error._tag === "ServiceUnavailable" && error.httpStatus === 503 && error.tmdbCode !== undefined)

const notDelivered = (error: TmdbError): boolean =>
  error._tag === "ConnectionFailed" && error.delivered === "no"

/** A temporary failure: a retry may succeed. */
export const isTransient = (error: TmdbError): boolean =>
  error._tag === "RateLimited" || error._tag === "ServiceUnavailable" || error._tag === "ConnectionFailed"

/** A request that consumes what it carries is retried only when TMDB cannot have acted on it. */
const mayRepeat = (endpoint: Endpoint.Any, error: TmdbError): boolean =>
  endpoint.repeat === "always" ? isTransient(error) : refusedUntouched(error) || notDelivered(error)

/** How long TMDB asks to wait, in milliseconds, if it does. */
export const askedToWait = (error: TmdbError): number | undefined =>
  error._tag === "RateLimited" && error.retryAfter !== undefined
    ? Duration.toMillis(error.retryAfter)
    : undefined

/** The back-off grows with each request. Full jitter keeps clients that failed together from retrying together. */
const backOff = (policy: Policy, { requests }: Attempt): Effect.Effect<number> =>
  Effect.map(Random.next, (share) => share * Math.min(baseDelay * 2 ** (requests - 1), policy.maxDelay))

/**
 * How long to wait before a retry, in milliseconds, or `undefined` for no retry.
 * `remaining` is how much time the call has left, in milliseconds.
 */
export const delayBeforeRepeat = (
  policy: Policy,
  endpoint: Endpoint.Any,
  error: TmdbError,
  attempt: Attempt,
  remaining: number
): Effect.Effect<number | undefined> => {
  const isRepeated = attempt.requests < policy.attempts && mayRepeat(endpoint, error)
  if (!isRepeated) return Effect.succeed(undefined)
  const asked = askedToWait(error)
  const wait = asked === undefined ? backOff(policy, attempt) : Effect.succeed(asked)
  return Effect.map(wait, (delay) => (delay < remaining ? delay : undefined))
}
