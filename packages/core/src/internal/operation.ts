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
import { TimedOut } from "../TmdbError.js"

const machineClock = Context.get(DefaultServices.liveServices, Clock.Clock)

/** In milliseconds. `setTimeout` takes a longer one for none at all. */
const longestTimer = 2 ** 31 - 1

/** Calls back once the time has passed; gives what prevents that. Where time is the machine's, a plain timer will do. */
const startTimer = (
  fork: (effect: Effect.Effect<void>) => Fiber.RuntimeFiber<void>,
  clock: Clock.Clock,
  milliseconds: number,
  passed: () => void
): (() => void) => {
  if (clock === machineClock && milliseconds <= longestTimer) {
    const timer = setTimeout(passed, milliseconds)
    return () => clearTimeout(timer)
  }
  const sleeper = fork(Effect.zipRight(Effect.sleep(milliseconds), Effect.sync(passed)))
  return () => sleeper.unsafeInterruptAsFork(sleeper.id())
}

/** The platform's span would hold the query, and its trace headers would be refused by TMDB's preflight. */
const withoutPlatformSpan: Runtime.RunForkOptions = {
  updateRefs: (refs, fiberId) =>
    FiberRefs.updateAs(refs, { fiberId, fiberRef: currentTracerDisabledWhen, value: () => true })
}

/**
 * Interrupts an operation that is not done in time (in milliseconds), and fails
 * with `TimedOut` once that is over. It keeps to it in a finalizer, too, where
 * nothing else could interrupt it. The adapter is told of the attempt, and tells
 * of it.
 */
export const run = <A, E>(
  operation: string,
  attempt: Attempt,
  timeout: number,
  effect: (clock: Clock.Clock) => Effect.Effect<A, E>
): Effect.Effect<A, E | TimedOut> =>
  Effect.withFiberRuntime((parent, { runtimeFlags }) => {
    const clock = Context.get(parent.currentDefaultServices, Clock.Clock)
    const fork = Runtime.runFork(
      Runtime.make({
        context: Context.add(parent.currentContext, Delivery, attempt),
        runtimeFlags: RuntimeFlags.enable(runtimeFlags, RuntimeFlags.Interruption),
        fiberRefs: parent.getFiberRefs()
      })
    )
    return Effect.async((resume) => {
      // As an `Exit`, for a fiber of its own that fails is logged as one that nobody looked after.
      const fiber = fork(Effect.exit(effect(clock)), withoutPlatformSpan)
      const stop = startTimer(fork, clock, timeout, () =>
        resume(
          Effect.zipRight(
            Fiber.interrupt(fiber),
            Effect.failSync(() => new TimedOut({ operation, delivered: attempt.delivered }))
          )
        )
      )
      fiber.addObserver((exit) => {
        stop()
        resume(Effect.flatten(exit))
      })
      return Fiber.interrupt(fiber)
    })
  })
