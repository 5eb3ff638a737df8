/** Runs a command as a process: signals, exit codes, and one clear line for what went wrong. */
import { FileSessionStore, type SessionStore } from "@tmdb-session/node"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import { exitCode, type Failure, json, sentence } from "./Failure.js"
import { clearLine, cross } from "./Output.js"

/** What every command may use. */
export type Command = Effect.Effect<void, Failure, SessionStore.SessionStore>

const signals: ReadonlyArray<readonly [NodeJS.Signals, number]> = [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129]
]

/** A reader that has gone is no error: `tmdb-session token | head -c1`. */
const endQuietlyWithoutReader = (): void => {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE" || error.code === "EIO") process.exit(process.exitCode ?? 0)
    })
  }
}

/** A defect is ours: its message could hold anything, so only its kind and the place in our code are shown. */
const defect = (cause: Cause.Cause<unknown>): string => {
  const error = Cause.squash(cause)
  const name = error instanceof Error ? error.name : typeof error
  const place = error instanceof Error ? /\n\s+at ([^\n]+)/.exec(error.stack ?? "")?.[1] : undefined
  return `Something went wrong inside tmdb-session (${name}${place === undefined ? "" : ` at ${place}`}). Please report it.`
}

const report = (cause: Cause.Cause<Failure>, asJson: boolean): number => {
  const failure = Cause.failureOption(cause)
  if (Option.isNone(failure)) {
    process.stderr.write(`${cross()} ${defect(cause)}\n`)
    return 1
  }
  process.stderr.write(`${asJson ? json(failure.value) : `${cross()} ${sentence(failure.value)}`}\n`)
  return exitCode(failure.value)
}

/** Runs to the end, or until a signal; a second one does not wait. */
export const run = async (
  command: Command,
  options: { readonly json?: boolean | undefined } = {}
): Promise<void> => {
  endQuietlyWithoutReader()
  const fiber = Effect.runFork(Effect.provide(command, FileSessionStore.layer()))
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
  } else {
    process.exitCode = Exit.isSuccess(exit) ? 0 : report(exit.cause, options.json === true)
  }
  // Whatever still holds the process, a prompt or a socket, has had its time.
  setTimeout(() => process.exit(), 1000).unref()
}
