/** What becomes of what is printed. It knows no Effect, for usage errors are told without it. */
import { style } from "./Style.js"

/** One line for what is wrong, or one JSON object where those were asked for; and the exit code. */
export const complain = (
  problem: { readonly _tag: string; readonly message: string; readonly exitCode: number },
  next = ""
): void => {
  const line = process.argv.includes("--json")
    ? JSON.stringify({ error: problem })
    : `${style(process.stderr).cross()} ${problem.message}${next}`
  process.stderr.write(`${line}\n`)
  process.exitCode = problem.exitCode
}

/**
 * A reader that has gone is no error: `tmdb-session token | head -c1`. That
 * something is not written for another reason has to be said: a script would go
 * on with nothing.
 */
export const watchOutput = (): void => {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", ({ code = "unknown" }: NodeJS.ErrnoException) => {
      if (code === "EPIPE" || code === "EIO") process.exit(process.exitCode ?? 0)
      if (stream === process.stderr) return
      const message = `What this command prints could not be written (${code}).`
      complain({ _tag: "OutputLost", message, exitCode: 1 })
    })
  }
}
