/**
 * What an operator sees of a call: one span, named after the operation, with
 * safe attributes only, after OpenTelemetry's conventions for HTTP clients; and
 * metrics, for those who ask for them.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DefaultServices from "effect/DefaultServices"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Metric from "effect/Metric"
import * as MetricBoundaries from "effect/MetricBoundaries"
import * as Tracer from "effect/Tracer"
import type * as Endpoint from "../Endpoint.js"
import type { TmdbError } from "../TmdbError.js"

/** What a call leaves behind while it runs, for whoever watches. */
export interface Trace {
  requests: number
  status: number | undefined
}

/** The tracer that is there when nobody installed one. Its spans go nowhere, and cost a quarter of a call. */
const isSilent = (tracer: Tracer.Tracer): boolean =>
  tracer === Context.get(DefaultServices.liveServices, Tracer.Tracer)

const describe = (span: Tracer.Span, trace: Trace, result: Either.Either<unknown, TmdbError>): void => {
  if (trace.status !== undefined) span.attribute("http.response.status_code", trace.status)
  if (trace.requests > 1) span.attribute("http.request.resend_count", trace.requests - 1)
  if (Either.isRight(result)) return
  span.attribute("error.type", result.left._tag)
  if (result.left.code !== undefined) span.attribute("tmdb.status_code", result.left.code)
}

/** Wraps a call in its span, when someone listens. */
export const withSpan = <A, E extends TmdbError>(
  endpoint: Endpoint.Any,
  server: URL,
  trace: Trace,
  effect: Effect.Effect<A, E>
): Effect.Effect<A, E> =>
  Effect.withFiberRuntime<A, E>((fiber) => {
    if (isSilent(fiber.currentTracer)) return effect
    const attributes = {
      "http.request.method": endpoint.method,
      "server.address": server.hostname,
      "server.port": Number(server.port || (server.protocol === "https:" ? 443 : 80)),
      "url.template": endpoint.path
    }
    const options = { kind: "client", captureStackTrace: false, attributes } as const
    return Effect.useSpan(`tmdb.${endpoint.operationId}`, options, (span) =>
      Effect.either(effect).pipe(
        Effect.tap((result) => Effect.sync(() => describe(span, trace, result))),
        Effect.flatten,
        Effect.withParentSpan(span)
      )
    )
  })

const calls: Metric.Metric.Counter<number> = Metric.counter("tmdb_calls", { incremental: true })
const repeats: Metric.Metric.Counter<number> = Metric.counter("tmdb_repeats", { incremental: true })
const durations = Metric.histogram(
  "tmdb_call_milliseconds",
  MetricBoundaries.exponential({ start: 5, factor: 2, count: 12 })
)

/** Counts a call, its repeats and how long it took, in milliseconds. */
export const withMetrics = <A, E extends TmdbError>(
  operation: string,
  trace: Trace,
  effect: Effect.Effect<A, E>
): Effect.Effect<A, E> =>
  Effect.gen(function* () {
    const started = yield* Clock.currentTimeMillis
    const result = yield* Effect.either(effect)
    const ended = yield* Clock.currentTimeMillis
    const outcome = Either.isRight(result) ? "success" : result.left._tag
    yield* Metric.update(
      calls.pipe(Metric.tagged("operation", operation), Metric.tagged("outcome", outcome)),
      1
    )
    yield* Metric.update(Metric.tagged(repeats, "operation", operation), Math.max(0, trace.requests - 1))
    yield* Metric.update(Metric.tagged(durations, "operation", operation), ended - started)
    return yield* result
  })
