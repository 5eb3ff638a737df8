/**
 * Measurements of calls. A client measures nothing unless it is given
 * `metrics`, and a page that measures nothing does not carry this module.
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
  /** By its name in `Endpoint`. */
  readonly operation: string
  /** `success`, the error's tag, `interrupted` or `defect`. */
  readonly outcome: string
  /** The requests beside the first. */
  readonly repeats: number
  /** How long it took, repeats included. */
  readonly milliseconds: number
}

/**
 * Called after each call. The call waits for it.
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
 * Keeps Effect's own metrics: the counters `tmdb_calls`, by `operation` and
 * `outcome`, and `tmdb_repeats`, and the histogram `tmdb_call_milliseconds`,
 * both by `operation`.
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
