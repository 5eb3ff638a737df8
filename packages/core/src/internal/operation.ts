/**
 * The fiber that an operation runs in, its repeats included. What Effect would
 * do around each request with a race and with services that are provided costs
 * more than the rest of a call; here it is done once, when the fiber is made.
 */
import { currentTracerDisabledWhen } from "@effect/platform/HttpClient"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DefaultServices from "effect/DefaultServices"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FiberRefs from "effect/FiberRefs"
import * as Runtime from "effect/Runtime"
import * as RuntimeFlags from "effect/RuntimeFlags"
import { type Attempt, Delivery } from "../Delivery.js"

const machineClock = Context.get(DefaultServices.liveServices, Clock.Clock)

/** In milliseconds. `setTimeout` takes a longer one for none at all. */
const longestTimer = 2 ** 31 - 1

/** Calls back once the time has passed; gives what prevents that. Where time is the machine's, a plain timer will do. */
const startTimer = (
  runtime: Runtime.Runtime<never>,
  clock: Clock.Clock,
  milliseconds: number,
  passed: () => void
): (() => void) => {
  if (milliseconds > longestTimer) return () => undefined
  if (clock === machineClock) {
    const timer = setTimeout(passed, milliseconds)
    return () => clearTimeout(timer)
  }
  return Runtime.runCallback(runtime)(Effect.zipRight(Effect.sleep(milliseconds), Effect.sync(passed)))
}

/** The platform's span would hold the query, and its trace headers would be refused by TMDB's preflight. */
const withoutPlatformSpan: Runtime.RunForkOptions = {
  updateRefs: (refs, fiberId) =>
    FiberRefs.updateAs(refs, { fiberId, fiberRef: currentTracerDisabledWhen, value: () => true })
}

interface Limits<E> {
  /** What the adapter is told of the requests, and tells of them. */
  readonly attempt: Attempt
  /** In milliseconds. */
  readonly timeout: number
  readonly onTimeout: () => E
}

/**
 * Interrupts an operation that is not done in time, and fails once that is over.
 * It keeps to it in a finalizer, too, where nothing else could interrupt it.
 */
export const run = <A, E, E2>(
  operation: (clock: Clock.Clock) => Effect.Effect<A, E>,
  { attempt, onTimeout, timeout }: Limits<E2>
): Effect.Effect<A, E | E2> =>
  Effect.withFiberRuntime((parent, { runtimeFlags }) => {
    const clock = Context.get(parent.currentDefaultServices, Clock.Clock)
    const runtime = Runtime.make({
      context: Context.add(parent.currentContext, Delivery, attempt),
      runtimeFlags: RuntimeFlags.enable(runtimeFlags, RuntimeFlags.Interruption),
      fiberRefs: parent.getFiberRefs()
    })
    return Effect.async((resume) => {
      // As an `Exit`, for a fiber of its own that fails is logged as one that nobody looked after.
      const fiber = Runtime.runFork(runtime)(Effect.exit(operation(clock)), withoutPlatformSpan)
      const stop = startTimer(runtime, clock, timeout, () =>
        resume(Effect.zipRight(Fiber.interrupt(fiber), Effect.failSync(onTimeout)))
      )
      fiber.addObserver((exit) => {
        stop()
        resume(Effect.flatten(exit))
      })
      return Effect.zipRight(Effect.sync(stop), Fiber.interrupt(fiber))
    })
  })
