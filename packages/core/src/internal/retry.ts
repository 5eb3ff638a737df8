/** Whether a failed call is sent again, and after how long: the one place that decides it. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import type * as Endpoint from "../Endpoint.js"
import type { TmdbError } from "../TmdbError.js"

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
export const mayRepeat = (repeat: Endpoint.Any["repeat"], error: TmdbError): boolean =>
  repeat === "always" ? isTransient(error) : refusedUntouched(error) || notDelivered(error)

/** How long TMDB itself asks to be left alone, in milliseconds, if it does. */
export const askedToWait = (error: TmdbError): number | undefined =>
  error._tag === "RateLimited" && error.retryAfter !== undefined
    ? Duration.toMillis(error.retryAfter)
    : undefined

/**
 * How long to wait, in milliseconds, before the next request, after `attempt` of them; `undefined`
 * when the wait that TMDB asks for would outlast `remaining`. Full jitter:
 * clients that failed together do not come back together.
 */
export const delayBefore = (
  error: TmdbError,
  attempt: number,
  policy: Policy,
  remaining: number
): Effect.Effect<number | undefined> => {
  const asked = askedToWait(error)
  if (asked !== undefined) {
    return Effect.succeed(asked >= remaining ? undefined : Math.min(asked, policy.maxDelay))
  }
  const ceiling = Math.min(baseDelay * 2 ** (attempt - 1), policy.maxDelay)
  return Effect.map(Random.next, (share) => {
    const delay = ceiling * share
    return delay >= remaining ? undefined : delay
  })
}
