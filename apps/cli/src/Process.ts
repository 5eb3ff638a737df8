/** Runs a command in this process, until it ends or a signal arrives. */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type { Command } from "./Command.js"
import { ExitCode } from "./ExitCode.js"
import * as ProcessTerminal from "./ProcessTerminal.js"
import { run } from "./Run.js"
import type { Streams } from "./Streams.js"
import { clearLine, Terminal } from "./Terminal.js"

const signals: ReadonlyArray<readonly [NodeJS.Signals, number]> = [
  ["SIGINT", ExitCode.interrupted],
  ["SIGTERM", 143],
  ["SIGHUP", 129]
]

/** Returns the exit code. A second signal ends the process at once. */
export const runInProcess = async (
  streams: Streams,
  command: Command,
  options: { readonly verbose: boolean; readonly json: boolean }
): Promise<number> => {
  const withTerminal = Effect.provideService(Terminal, ProcessTerminal.make(streams))
  const fiber = Effect.runFork(withTerminal(run(command, options)))
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
    Effect.runSync(withTerminal(clearLine))
    return interrupted
  }
  return Exit.getOrElse(exit, () => ExitCode.failed)
}
