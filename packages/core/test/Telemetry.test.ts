/** What an operator sees of a call, and that nobody pays for it who does not look. */
import { HttpClient } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Logger, LogLevel, Metric, MetricState, Option, TestClock, Tracer } from "effect"
import { Authentication, createSession, Metrics, TmdbClient } from "../src/index.js"
import { operations } from "./Operations.js"
import {
  accessToken,
  failure,
  inTurn,
  json,
  never,
  provide,
  refusal,
  requestToken,
  sessionId,
  settle,
  text
} from "./Stub.js"

interface Seen {
  readonly name: string
  readonly kind: Tracer.SpanKind
  readonly parent: string | undefined
  readonly attributes: Record<string, unknown>
  ended: Exit.Exit<unknown, unknown> | undefined
}

/** A tracer that remembers each span. */
const listening = () => {
  const spans: Array<Seen> = []
  const tracer = Tracer.make({
    context: (run) => run(),
    span: (name, parent, context, links, startTime, kind) => {
      const attributes: Record<string, unknown> = {}
      const seen: Seen = {
        name,
        kind,
        parent: Option.getOrUndefined(parent)?.spanId,
        attributes,
        ended: undefined
      }
      spans.push(seen)
      return {
        _tag: "Span",
        spanId: `span${spans.length}`,
        traceId: "trace",
        sampled: true,
        name,
        kind,
        parent,
        context,
        links,
        attributes: new Map(),
        status: { _tag: "Started", startTime },
        attribute: (key, value) => {
          attributes[key] = value
        },
        end: (_, exit) => {
          seen.ended = exit
        },
        event: () => undefined,
        addLinks: () => undefined
      }
    }
  })
  return { spans, tracer }
}

const listened = <A, E, R>(effect: Effect.Effect<A, E, R>) => {
  const { spans, tracer } = listening()
  return Effect.as(settle(Effect.withTracer(effect, tracer), "1 minute"), spans)
}

const granted = json(200, { success: true, session_id: sessionId })
const session = (replies: Parameters<typeof inTurn>, options: TmdbClient.Options = {}) =>
  createSession(requestToken).pipe(provide(inTurn(...replies), options))

const asked = {
  "tmdb.operation": "createSession",
  "http.request.method": "POST",
  "server.address": "api.themoviedb.org",
  "server.port": 443,
  "url.template": "/3/authentication/session/new"
}

describe("a span", () => {
  it.effect.each(operations)(
    "is one for each call, named after it: $name",
    ({ answer, call, method, name, template }) =>
      Effect.gen(function* () {
        const spans = yield* listened(call.pipe(provide(inTurn(json(200, answer)))))
        expect(spans).toMatchObject([
          {
            name: `tmdb.${name}`,
            kind: "client",
            attributes: {
              "tmdb.operation": name,
              "http.request.method": method,
              "url.template": template,
              "http.response.status_code": 200
            }
          }
        ])
        expect(spans[0]?.ended && Exit.isSuccess(spans[0].ended)).toBe(true)
      })
  )

  it.effect.each<readonly [string, Parameters<typeof inTurn>, Record<string, unknown>]>([
    ["a success", [granted], { "http.response.status_code": 200 }],
    [
      "a success at the third request",
      [refusal(503, 46), failure({ delivered: "no" }), granted],
      { "http.response.status_code": 200, "http.request.resend_count": 2 }
    ],
    [
      "a refusal",
      [refusal(401, 17)],
      { "http.response.status_code": 401, "tmdb.status_code": 17, "error.type": "SessionDenied" }
    ],
    ["a lost reply", [failure({ code: "ECONNRESET" })], { "error.type": "ConnectionFailed" }],
    [
      "a lost reply after an answer",
      [refusal(503, 46), failure({ delivered: "unknown", code: "ECONNRESET" })],
      { "error.type": "ConnectionFailed", "http.request.resend_count": 1 }
    ],
    ["no answer", [never()], { "error.type": "TimedOut" }],
    [
      "an answer that is none of TMDB's",
      [text(502, "<html>")],
      { "http.response.status_code": 502, "error.type": "ServiceUnavailable" }
    ]
  ])("of %s has these attributes and no other", ([_, replies, attributes]) =>
    Effect.gen(function* () {
      const [span] = yield* listened(session(replies))
      expect(span?.attributes).toEqual({ ...asked, ...attributes })
      expect(span?.ended && Exit.isFailure(span.ended)).toBe("error.type" in attributes)
    })
  )

  it.effect("names the port of another API, and nothing of its path", () =>
    Effect.gen(function* () {
      const [span] = yield* listened(session([granted], { apiUrl: "http://127.0.0.1:4000/behind/this" }))
      expect(span?.attributes).toMatchObject({ "server.address": "127.0.0.1", "server.port": 4000 })
      const [plain] = yield* listened(session([granted], { apiUrl: "http://localhost" }))
      expect(plain?.attributes).toMatchObject({ "server.port": 80 })
    })
  )

  it.effect("is part of the caller's own, and parent of the adapter's", () =>
    Effect.gen(function* () {
      const { spans, tracer } = listening()
      const client = inTurn(granted).client
      yield* createSession(requestToken).pipe(
        Effect.provideServiceEffect(
          TmdbClient.TmdbClient,
          TmdbClient.make({
            accessToken,
            transformClient: HttpClient.transformResponse(Effect.withSpan("adapter"))
          }).pipe(Effect.provideService(HttpClient.HttpClient, client))
        ),
        Effect.withSpan("caller"),
        Effect.withTracer(tracer)
      )
      expect(spans.map(({ name, parent }) => [name, parent])).toEqual([
        ["caller", undefined],
        ["tmdb.createSession", "span1"],
        ["adapter", "span2"]
      ])
    })
  )

  it.effect("of a call that is interrupted says so", () =>
    Effect.gen(function* () {
      const { spans, tracer } = listening()
      const fiber = yield* Effect.fork(Effect.withTracer(session([never()]), tracer))
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(fiber)
      expect(spans[0]?.attributes).toEqual({ ...asked, "error.type": "interrupted" })
    })
  )

  it.effect("is not made when no tracer was installed", () =>
    Effect.gen(function* () {
      const inside: Array<boolean> = []
      const transformClient = HttpClient.transformResponse(
        Effect.tap(() =>
          Effect.map(Effect.option(Effect.currentSpan), (span) => inside.push(Option.isSome(span)))
        )
      )
      yield* session([granted], { transformClient })
      yield* Effect.withTracer(session([granted], { transformClient }), listening().tracer)
      expect(inside).toEqual([false, true])
    })
  )
})

describe("what goes to TMDB", () => {
  const traced = (options: TmdbClient.Options = {}) =>
    Effect.gen(function* () {
      const stub = inTurn(granted)
      const { spans, tracer } = listening()
      yield* createSession(requestToken).pipe(
        provide(stub, options),
        Effect.withSpan("caller"),
        Effect.withTracer(tracer)
      )
      return { names: spans.map(({ name }) => name), headers: Object.keys(stub.sent[0]?.headers ?? {}) }
    })

  it.effect(
    "has no trace header, which its preflight would refuse, and makes no span of the platform's",
    () =>
      Effect.gen(function* () {
        const { headers, names } = yield* traced()
        expect(headers.sort()).toEqual(["accept", "authorization", "content-length", "content-type"])
        expect(names).toEqual(["caller", "tmdb.createSession"])
      })
  )

  it.effect("has one when it is asked for", () =>
    Effect.gen(function* () {
      const { headers, names } = yield* traced({
        transformClient: HttpClient.withTracerDisabledWhen(() => false)
      })
      expect(headers).toContain("traceparent")
      expect(names).toContain("http.client POST")
    })
  )
})

describe("the log", () => {
  it.effect("is the caller's: nothing is written to it, at any level", () =>
    Effect.gen(function* () {
      const lines: Array<unknown> = []
      const logger = Logger.add(Logger.make(({ message }) => void lines.push(message)))
      const replies = [
        granted,
        refusal(401, 17),
        text(502, "<html>"),
        failure({ code: "ECONNRESET" }),
        never()
      ]
      for (const reply of replies) {
        yield* settle(Effect.exit(session([reply])), "1 minute").pipe(
          Effect.provide(logger),
          Logger.withMinimumLogLevel(LogLevel.All)
        )
      }
      expect(lines).toEqual([])
    })
  )
})

describe("metrics", () => {
  /** The metrics of this library, by name and labels: what they count. */
  const counts = Effect.map(Metric.snapshot, (pairs) =>
    pairs.flatMap(({ metricKey: { name, tags }, metricState }): ReadonlyArray<readonly [string, number]> => {
      if (!name.startsWith("tmdb_")) return []
      if (!MetricState.isCounterState(metricState) && !MetricState.isHistogramState(metricState)) return []
      return [
        [[name, ...tags.map(({ key, value }) => `${key}=${value}`)].join(" "), Number(metricState.count)]
      ]
    })
  )

  /** What an effect adds to them. */
  const added = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.gen(function* () {
      const before = new Map(yield* counts)
      yield* effect
      const after = (yield* counts).map(([name, count]) => [name, count - (before.get(name) ?? 0)] as const)
      return Object.fromEntries(after.filter(([, count]) => count !== 0))
    })

  it.effect("are not kept unless asked for", () =>
    Effect.gen(function* () {
      expect(yield* added(session([granted]))).toEqual({})
      expect(yield* added(session([granted], { metrics: undefined }))).toEqual({})
    })
  )

  it.effect("count calls by operation and outcome, repeats, and how long calls took", () =>
    Effect.gen(function* () {
      const metrics = { metrics: Metrics.record }
      const run = (...replies: Parameters<typeof inTurn>) => settle(session(replies, metrics), "1 minute")
      const calls = Effect.gen(function* () {
        yield* run(granted)
        yield* run(refusal(503, 46), refusal(503, 46), granted)
        yield* run(refusal(401, 17))
        yield* run(never())
        yield* Authentication.validateKey().pipe(provide(inTurn(json(200, { success: true })), metrics))
        const fiber = yield* Effect.fork(session([never()], metrics))
        yield* TestClock.adjust("1 second")
        yield* Fiber.interrupt(fiber)
      })
      expect(yield* added(calls)).toEqual({
        "tmdb_calls operation=createSession outcome=success": 2,
        "tmdb_calls operation=createSession outcome=SessionDenied": 1,
        "tmdb_calls operation=createSession outcome=TimedOut": 1,
        "tmdb_calls operation=createSession outcome=interrupted": 1,
        "tmdb_calls operation=validateKey outcome=success": 1,
        "tmdb_repeats operation=createSession": 2,
        "tmdb_call_milliseconds operation=createSession": 5,
        "tmdb_call_milliseconds operation=validateKey": 1
      })
    })
  )
})
