/**
 * Metrics of calls. A client measures only when it is given `metrics`, so a page
 * that measures nothing carries none of this code.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as MetricBoundaries from "effect/MetricBoundaries"

/**
 * A call that has ended.
 *
 * @since 0.1.0
 * @category models
 */
export interface Call {
  /** Its name in `Endpoint`. */
  readonly operation: string
  /** `success`, the error's tag, `interrupted` or `defect`. */
  readonly outcome: string
  /** How many requests were sent after the first. */
  readonly repeats: number
  /** How long the call took, retries included. */
  readonly milliseconds: number
}

/**
 * Runs after each call. The call's result waits until it has ended.
 *
 * @since 0.1.0
 * @category models
 */
export type Metrics = (call: Call) => Effect.Effect<void>

const calls: Metric.Metric.Counter<number> = Metric.counter("tmdb_calls", { incremental: true })
const repeats: Metric.Metric.Counter<number> = Metric.counter("tmdb_repeats", { incremental: true })
const durations = Metric.histogram(
  "tmdb_call_milliseconds",
  MetricBoundaries.exponential({ start: 5, factor: 2, count: 12 })
)

/**
 * Updates metrics of Effect. The counter `tmdb_calls` is tagged by `operation`
 * and `outcome`. The counter `tmdb_repeats` and the histogram
 * `tmdb_call_milliseconds` are tagged by `operation`.
 *
 * @example
 * import { Metrics, TmdbClient } from "@tmdb-session/core"
 *
 * const Client = TmdbClient.layer({ accessToken: "eyJ.eyJ.sig", metrics: Metrics.record })
 *
 * @since 0.1.0
 * @category metrics
 */
export const record: Metrics = ({ milliseconds, operation, outcome, repeats: repeated }) => {
  const counted = Metric.tagged(calls, "operation", operation).pipe(Metric.tagged("outcome", outcome))
  return Metric.update(counted, 1).pipe(
    Effect.zipRight(Metric.update(Metric.tagged(repeats, "operation", operation), repeated)),
    Effect.zipRight(Metric.update(Metric.tagged(durations, "operation", operation), milliseconds))
  )
}
