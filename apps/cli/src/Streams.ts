/** Where output goes, and what becomes of it. It knows no Effect, for usage errors are told without it. */
import { style } from "./Style.js"

/**
 * A reader that has gone is no error: `tmdb-session token | head -c1`. That
 * something is not written for another reason has to be said: a script would go
 * on with nothing.
 */
const watch = (stream: NodeJS.WriteStream): NodeJS.WriteStream =>
  stream.on("error", ({ code = "unknown" }: NodeJS.ErrnoException) => {
    if (code === "EPIPE" || code === "EIO") process.exit(process.exitCode ?? 0)
    if (stream !== process.stdout) return
    const message = `What this command prints could not be written (${code}).`
    complain({ _tag: "OutputLost", message, exitCode: 1 })
  })

export const watchOutput = (): void => void watch(process.stdout)

let errors: NodeJS.WriteStream | undefined

/** What a person reads goes here. Node makes it when it is asked for, which takes a while, and most starts are over without. */
export const stderr = (): NodeJS.WriteStream => {
  errors ??= watch(process.stderr)
  return errors
}

/** One line for what is wrong, or one JSON object where those were asked for; and the exit code. */
export const complain = (
  problem: { readonly _tag: string; readonly message: string; readonly exitCode: number },
  next = ""
): void => {
  const line = process.argv.includes("--json")
    ? JSON.stringify({ error: problem })
    : `${style(stderr).cross()} ${problem.message}${next}`
  stderr().write(`${line}\n`)
  process.exitCode = problem.exitCode
}

/** Ends the process once what was printed is out; when it is lost, that is told right after. */
export const exitOnceWritten = (): void => {
  const told = () => (errors === undefined ? process.exit() : errors.write("", () => process.exit()))
  process.stdout.write("", () => setImmediate(told))
}
