/** Whether a failed call is sent again, and after how long: the one place that decides it. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import type * as Endpoint from "../Endpoint.js"
import type { TmdbError } from "../TmdbError.js"
import type { Attempt } from "./attempt.js"

/** How often and how patiently; `attempts` counts all requests, `maxDelay` is in milliseconds. */
export interface Policy {
  readonly attempts: number
  readonly maxDelay: number
}

/** The first back-off, in milliseconds; doubled each time. */
const baseDelay = 250

/**
 * TMDB answered by itself that it did nothing: its limiter and its maintenance
 * switch stand before the rest. A 503 without a TMDB code may come from
 * something between, which may have passed the request on.
 */
const refusedUntouched = (error: TmdbError): boolean =>
  error._tag === "RateLimited" ||
  (error._tag === "ServiceUnavailable" && error.httpStatus === 503 && error.tmdbCode !== undefined)

const notDelivered = (error: TmdbError): boolean =>
  error._tag === "ConnectionFailed" && error.delivered === "no"

/** Trouble on the way, which may be over the next time. */
export const isTransient = (error: TmdbError): boolean =>
  error._tag === "RateLimited" || error._tag === "ServiceUnavailable" || error._tag === "ConnectionFailed"

/** A request that consumes what it carries is repeated only when TMDB cannot have acted on it. */
const mayRepeat = (endpoint: Endpoint.Any, error: TmdbError): boolean =>
  endpoint.repeat === "always" ? isTransient(error) : refusedUntouched(error) || notDelivered(error)

/** How long TMDB itself asks to be left alone, in milliseconds, if it does. */
export const askedToWait = (error: TmdbError): number | undefined =>
  error._tag === "RateLimited" && error.retryAfter !== undefined
    ? Duration.toMillis(error.retryAfter)
    : undefined

/** The back-off grows with each request. Full jitter: clients that failed together do not come back together. */
const backOff = (policy: Policy, { requests }: Attempt): Effect.Effect<number> =>
  Effect.map(Random.next, (share) => share * Math.min(baseDelay * 2 ** (requests - 1), policy.maxDelay))

/**
 * How long to wait, in milliseconds, before the request is sent again;
 * `undefined` when it is not. `remaining` is how much time the call has left.
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
