/** The streams of this process. Nothing here loads Effect: usage errors are reported without it. */
import { ExitCode } from "./ExitCode.js"
import { problem, tell } from "./Problem.js"
import type { Stream, Streams } from "./Streams.js"
import { style } from "./Style.js"

const stream = (output: NodeJS.WriteStream): Stream => ({
  write: (text) => void output.write(text),
  style: style(output.isTTY === true),
  isTerminal: output.isTTY === true,
  width: () => output.columns ?? 80
})

/**
 * A reader that stops reading is no error: `tmdb-session token | head -c1`. Any
 * other failed write is reported, since a script would go on without its result.
 */
const watch = (output: NodeJS.WriteStream, lost: (code: string) => void): void => {
  output.on("error", ({ code = "unknown" }: NodeJS.ErrnoException) => {
    if (code === "EPIPE" || code === "EIO") process.exit(process.exitCode ?? ExitCode.done)
    lost(code)
  })
}

/** The streams of this process. `asJson`: whether a problem is reported as JSON. */
export const ofProcess = (asJson: boolean): Streams => {
  const streams = { results: stream(process.stdout), messages: stream(process.stderr) }
  watch(process.stdout, (code) => {
    const message = `The output could not be written (${code}), so it is not complete.`
    tell(streams.messages, problem("OutputLost", ExitCode.failed, message), asJson)
    process.exitCode = ExitCode.failed
  })
  watch(process.stderr, () => undefined)
  return streams
}

/** Ends the process once all output is written and any lost output is reported. */
export const exitOnceWritten = (): void => {
  process.stdout.write("", () => setImmediate(() => process.stderr.write("", () => process.exit())))
}
