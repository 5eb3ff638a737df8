/** Runs a command to its end, and reports a failure in one line. */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Command } from "./Command.js"
import { ExitCode } from "./ExitCode.js"
import { type Failure, problemOf } from "./Failure.js"
import { type Problem, problem, tell } from "./Problem.js"
import * as Sessions from "./Sessions.js"
import { Terminal } from "./Terminal.js"
import { Verbose } from "./Verbose.js"

/** A defect is a bug of ours. Its message could contain a secret, so only its kind and its place in our code are shown. */
const defect = (cause: Cause.Cause<unknown>): Problem => {
  const error = Cause.squash(cause)
  const name = error instanceof Error ? error.name : typeof error
  const place = error instanceof Error ? /\n\s+at ([^\n]+)/.exec(error.stack ?? "")?.[1] : undefined
  const where = place === undefined ? "" : ` at ${place}`
  const message = `Something went wrong inside tmdb-session (${name}${where}). Please report it.`
  return problem("Defect", ExitCode.failed, message)
}

const report = (cause: Cause.Cause<Failure>, asJson: boolean): Effect.Effect<number, never, Terminal> =>
  Effect.map(Terminal, ({ messages }) => {
    const failure = Option.getOrUndefined(Cause.failureOption(cause))
    if (failure?._tag === "Told") return failure.exitCode
    const found = failure === undefined ? defect(cause) : problemOf(failure)
    tell(messages, found, asJson)
    return found.exitCode
  })

/** Succeeds with the exit code. An interruption is passed on. Services are values, not layers: see decision 20. */
export const run = (
  command: Command,
  options: { readonly verbose: boolean; readonly json: boolean }
): Effect.Effect<number, never, Terminal> =>
  command.pipe(
    Effect.provideServiceEffect(Sessions.Sessions, Sessions.make),
    Effect.scoped,
    Effect.provideService(Verbose, options.verbose),
    Effect.as(ExitCode.done),
    Effect.catchAllCause((cause) =>
      Cause.isInterruptedOnly(cause) ? Effect.interrupt : report(cause, options.json)
    )
  )
