/** Runs a command as a process: signals, exit codes, and one clear line for what went wrong. */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import { exitCode, type Failure, json, sentence } from "./Failure.js"
import { clearLine, cross } from "./Output.js"
import type { Shared } from "./Program.js"
import * as Sessions from "./Sessions.js"
import { exitOnceWritten, stderr } from "./Streams.js"
import { Verbose } from "./Verbose.js"

/** What every command may use. */
export type Command = Effect.Effect<void, Failure, Sessions.Sessions>

const signals: ReadonlyArray<readonly [NodeJS.Signals, number]> = [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129]
]

/** A defect is ours: its message could hold anything, so only its kind and the place in our code are shown. */
const defect = (cause: Cause.Cause<unknown>): string => {
  const error = Cause.squash(cause)
  const name = error instanceof Error ? error.name : typeof error
  const place = error instanceof Error ? /\n\s+at ([^\n]+)/.exec(error.stack ?? "")?.[1] : undefined
  return `Something went wrong inside tmdb-session (${name}${place === undefined ? "" : ` at ${place}`}). Please report it.`
}

const report = (cause: Cause.Cause<Failure>, asJson: boolean): number => {
  const failure = Cause.failureOption(cause)
  const code = Option.isSome(failure) ? exitCode(failure.value) : 1
  const message = Option.isSome(failure) ? sentence(failure.value) : defect(cause)
  const object = Option.isSome(failure)
    ? json(failure.value)
    : JSON.stringify({ error: { _tag: "Defect", message, exitCode: code } })
  stderr().write(`${asJson ? object : `${cross()} ${message}`}\n`)
  return code
}

/** Runs to the end, or until a signal; a second one does not wait. */
export const run = async (command: Command, options: Shared = {}): Promise<void> => {
  const fiber = command.pipe(
    Effect.provideServiceEffect(Sessions.Sessions, Sessions.make),
    Effect.scoped,
    Effect.provideService(Verbose, options.verbose === true),
    Effect.runFork
  )
  let interrupted: number | undefined
  for (const [signal, code] of signals) {
    process.on(signal, () => {
      if (interrupted !== undefined) process.exit(interrupted)
      interrupted = code
      Effect.runFork(Fiber.interruptFork(fiber))
    })
  }
  const exit = await Effect.runPromise(Fiber.await(fiber))
  if (interrupted !== undefined) {
    Effect.runSync(clearLine)
    process.exitCode = interrupted
  } else if (Exit.isFailure(exit)) {
    process.exitCode = report(exit.cause, options.json === true)
  } else {
    process.exitCode ??= 0
  }
  // Whatever still holds the process, a prompt or a socket, has had its time. What was printed may still be on its way.
  exitOnceWritten()
}
