/**
 * What an operator sees of a call: one span, named after the operation, and metrics
 * if the client has them. The span's attributes hold no secret, and follow
 * OpenTelemetry's conventions for HTTP clients.
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DefaultServices from "effect/DefaultServices"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Tracer from "effect/Tracer"
import type * as Endpoint from "../Endpoint.js"
import type { Metrics } from "../Metrics.js"
import type { TmdbError } from "../TmdbError.js"
import type { Attempt } from "./attempt.js"

/** Whether this is Effect's default tracer. Its spans go nowhere, and cost a quarter of a call. */
const isSilent = (tracer: Tracer.Tracer): boolean =>
  tracer === Context.get(DefaultServices.liveServices, Tracer.Tracer)

const failureOf = (exit: Exit.Exit<unknown, TmdbError>): TmdbError | undefined =>
  Exit.isFailure(exit) ? Option.getOrUndefined(Cause.failureOption(exit.cause)) : undefined

/** `success`, the error's tag, `interrupted` or `defect`. */
const outcomeOf = (exit: Exit.Exit<unknown, TmdbError>): string => {
  if (Exit.isSuccess(exit)) return "success"
  return failureOf(exit)?._tag ?? (Cause.isInterrupted(exit.cause) ? "interrupted" : "defect")
}

const describe = (span: Tracer.Span, attempt: Attempt, exit: Exit.Exit<unknown, TmdbError>): void => {
  const { httpStatus, requests } = attempt
  if (httpStatus !== undefined) span.attribute("http.response.status_code", httpStatus)
  if (requests > 1) span.attribute("http.request.resend_count", requests - 1)
  if (Exit.isSuccess(exit)) return
  span.attribute("error.type", outcomeOf(exit))
  const tmdbCode = failureOf(exit)?.tmdbCode
  if (tmdbCode !== undefined) span.attribute("tmdb.status_code", tmdbCode)
}

/** Wraps a call in its span, if a tracer is installed. */
const withSpan = <A, E extends TmdbError>(
  apiUrl: string,
  endpoint: Endpoint.Any,
  attempt: Attempt,
  call: Effect.Effect<A, E>
): Effect.Effect<A, E> =>
  Effect.withFiberRuntime<A, E>((fiber) => {
    if (isSilent(fiber.currentTracer)) return call
    const { hostname, port, protocol } = new URL(apiUrl)
    const attributes = {
      "tmdb.operation": endpoint.operationId,
      "http.request.method": endpoint.method,
      "server.address": hostname,
      "server.port": Number(port || (protocol === "https:" ? 443 : 80)),
      "url.template": endpoint.path
    }
    const options = { kind: "client", captureStackTrace: false, attributes } as const
    return Effect.useSpan(`tmdb.${endpoint.operationId}`, options, (span) =>
      call.pipe(
        Effect.onExit((exit) => Effect.sync(() => describe(span, attempt, exit))),
        Effect.withParentSpan(span)
      )
    )
  })

const withMetrics = <A, E extends TmdbError>(
  metrics: Metrics,
  { operationId: operation }: Endpoint.Any,
  attempt: Attempt,
  call: Effect.Effect<A, E>
): Effect.Effect<A, E> =>
  Effect.flatMap(Clock.currentTimeMillis, (started) =>
    Effect.onExit(call, (exit) =>
      Effect.flatMap(Clock.currentTimeMillis, (ended) =>
        metrics({
          operation,
          outcome: outcomeOf(exit),
          repeats: Math.max(0, attempt.requests - 1),
          milliseconds: ended - started
        })
      )
    )
  )

export const observed = <A, E extends TmdbError>(
  { apiUrl, metrics }: { readonly apiUrl: string; readonly metrics: Metrics | undefined },
  endpoint: Endpoint.Any,
  attempt: Attempt,
  call: Effect.Effect<A, E>
): Effect.Effect<A, E> =>
  withSpan(
    apiUrl,
    endpoint,
    attempt,
    metrics === undefined ? call : withMetrics(metrics, endpoint, attempt, call)
  )
