/** Canaries: known secrets, and all that a person, a tool or an error tracker could see of them. */
import { inspect } from "node:util"
import { Cause, Effect, Exit, Layer, Logger, LogLevel, Runtime, Tracer } from "effect"
import { type Values, values } from "./Operations.js"
import { settle } from "./Stub.js"

/** What TMDB gives, of which nothing is known before. */
export const issued = "ca9a5e4142434445464748494a4b4c4d4e4f5051"

const secrets = {
  password: "canary pass/wörd?&=+",
  requestToken: "ca9a5e0102030405060708090a0b0c0d0e0f1011",
  requestTokenV4: "eyJjYW5hcnkwNCI6NH0.eyJjYW5hcnkwNSI6NX0.Y2FuYXJ5MDY",
  sessionId: "ca9a5e2122232425262728292a2b2c2d2e2f3031",
  guestSessionId: "ca9a5e3132333435363738393a3b3c3d",
  userAccessToken: "eyJjYW5hcnkwNyI6N30.eyJjYW5hcnkwOCI6OH0.Y2FuYXJ5MDk"
}

/** What calls are given. */
export const given: Values = { ...values, ...secrets }

/** What they are answered with. */
export const received: Values = {
  ...given,
  requestToken: issued,
  requestTokenV4: issued,
  sessionId: issued,
  guestSessionId: issued,
  userAccessToken: issued
}

export const canaries = {
  ...secrets,
  accessToken: "eyJjYW5hcnkwMSI6MX0.eyJjYW5hcnkwMiI6Mn0.Y2FuYXJ5MDM",
  apiKey: "ca9a5e00ca9a5e11ca9a5e22ca9a5e33",
  issued,
  short: "canary-short"
}

/** Each canary as it is, in a URL and in base64. */
export const forms = Object.entries(canaries).flatMap(([name, canary]) =>
  [canary, encodeURIComponent(canary), Buffer.from(canary).toString("base64").replace(/=+$/, "")].map(
    (form) => [name, form] as const
  )
)

/** The canaries in a text. */
export const found = (printed: string): ReadonlyArray<string> =>
  forms.filter(([, form]) => printed.includes(form)).map(([name, form]) => `${name} as ${form}`)

/** Everything that could be printed of a value. */
export const printed = (value: unknown): string => {
  const cause = Cause.fail(value)
  const fiberFailure = Runtime.makeFiberFailure(cause)
  const chain: Array<unknown> = []
  for (let next = value; next instanceof Error && chain.length < 10; next = next.cause) {
    chain.push(next.name, next.message, next.stack)
  }
  return [
    String(value),
    JSON.stringify(value),
    inspect(value, { showHidden: true, depth: 50, getters: true }),
    ...chain,
    Cause.pretty(cause, { renderErrorCause: true }),
    String(fiberFailure),
    JSON.stringify(fiberFailure),
    inspect(fiberFailure, { showHidden: true, depth: 50 })
  ].join("\n")
}

const formats = [Logger.stringLogger, Logger.logfmtLogger, Logger.jsonLogger]

/** Collects what is logged while an effect runs, at every level and in every format. */
const logging = (lines: Array<string>) =>
  Layer.merge(
    Logger.add(
      Logger.make((options) => {
        for (const format of formats) lines.push(String(format.log(options)))
      })
    ),
    Logger.minimumLogLevel(LogLevel.All)
  )

/** Collects what spans are named, told and ended with. */
const tracing = (lines: Array<string>) =>
  Tracer.make({
    context: (run) => run(),
    span: (name, parent, context, links, startTime, kind) => {
      lines.push(name)
      const attributes = new Map<string, unknown>()
      return {
        _tag: "Span",
        spanId: "span",
        traceId: "trace",
        sampled: true,
        name,
        kind,
        parent,
        context,
        links,
        attributes,
        status: { _tag: "Started", startTime },
        attribute: (key, value) => {
          attributes.set(key, value)
          lines.push(`${key}=${inspect(value)}`)
        },
        end: (_, exit) => {
          lines.push(Exit.isFailure(exit) ? Cause.pretty(exit.cause) : "", inspect(exit, { depth: 50 }))
        },
        event: (event, _, more) => void lines.push(event, inspect(more)),
        addLinks: () => undefined
      }
    }
  })

/** Runs an effect and logs how it ends; gives back the end and all that could be seen of it. */
export const watched = <A, E>(effect: Effect.Effect<A, E>, waits = false, at = [LogLevel.Error]) => {
  const lines: Array<string> = []
  const traced = Effect.withTracer(effect, tracing(lines))
  return Effect.gen(function* () {
    const exit = yield* waits ? settle(traced, "1 minute") : Effect.exit(traced)
    const end = Exit.isSuccess(exit) ? exit.value : Cause.squash(exit.cause)
    for (const level of at) {
      yield* Effect.logWithLevel(level, "ended", end)
      if (Exit.isFailure(exit)) yield* Effect.logWithLevel(level, "failed", exit.cause)
    }
    return { exit, end, seen: [...lines, printed(end)].join("\n") }
  }).pipe(Effect.provide(logging(lines)))
}
