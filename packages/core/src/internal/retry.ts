/** Whether a failed call is sent again, and after how long: the one place that decides it. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import type * as Endpoint from "../Endpoint.js"
import type { TmdbError } from "../TmdbError.js"

/** How often and how patiently; `attempts` counts all requests. */
export interface Policy {
  readonly attempts: number
  readonly maxDelay: Duration.Duration
}

/** The first back-off; doubled each time. */
const baseDelay = Duration.millis(250)

/**
 * TMDB answered by itself that it did nothing: its limiter and its maintenance
 * switch stand before the rest. A 503 without a TMDB code may come from
 * something between, which may have passed the request on.
 */
const refusedUntouched = (error: TmdbError): boolean =>
  error._tag === "RateLimited" ||
  (error._tag === "ServiceUnavailable" && error.status === 503 && error.code !== undefined)

const notDelivered = (error: TmdbError): boolean =>
  error._tag === "ConnectionFailed" && error.delivered === "no"

const transient = (error: TmdbError): boolean =>
  error._tag === "RateLimited" || error._tag === "ServiceUnavailable" || error._tag === "ConnectionFailed"

/** A request that consumes what it carries is repeated only when TMDB cannot have acted on it. */
export const mayRepeat = (repeat: Endpoint.Any["repeat"], error: TmdbError): boolean =>
  repeat === "always" ? transient(error) : refusedUntouched(error) || notDelivered(error)

/**
 * How long to wait before the next request, after `attempt` of them; `undefined`
 * when the wait that TMDB asks for would outlast `remaining`. Full jitter:
 * clients that failed together do not come back together.
 */
export const delayBefore = (
  error: TmdbError,
  attempt: number,
  policy: Policy,
  remaining: Duration.Duration
): Effect.Effect<Duration.Duration | undefined> => {
  const asked = error._tag === "RateLimited" ? error.retryAfter : undefined
  if (asked !== undefined) {
    return Effect.succeed(
      Duration.greaterThanOrEqualTo(asked, remaining) ? undefined : Duration.min(asked, policy.maxDelay)
    )
  }
  const ceiling = Duration.min(Duration.times(baseDelay, 2 ** (attempt - 1)), policy.maxDelay)
  return Effect.map(Random.next, (share) => {
    const delay = Duration.times(ceiling, share)
    return Duration.greaterThanOrEqualTo(delay, remaining) ? undefined : delay
  })
}
