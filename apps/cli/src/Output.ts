/** Data goes to stdout, everything else to stderr. */
import * as Effect from "effect/Effect"
import { stderr } from "./Streams.js"
import { hasUnicode, style } from "./Style.js"

export const { attention, cross, link, quiet, strong, tick } = style(stderr)

/** A result: what a script reads. */
export const print = (line: string): Effect.Effect<void> =>
  Effect.sync(() => void process.stdout.write(`${line}\n`))

/** A result as one JSON object. */
export const printJson = (value: unknown): Effect.Effect<void> => print(JSON.stringify(value))

/** What a person reads. */
export const say = (line: string): Effect.Effect<void> => Effect.sync(() => void stderr().write(`${line}\n`))

/** Whether a person is there to read and to answer. */
export const isInteractive = (): boolean => process.stdin.isTTY === true && stderr().isTTY === true

/** One line on the terminal that is written over; nothing where there is no terminal. */
export const overwrite = (text: string): Effect.Effect<void> =>
  Effect.sync(() => {
    if (stderr().isTTY !== true) return
    const width = Math.max(10, (stderr().columns ?? 80) - 1)
    const more = hasUnicode() ? "…" : "..."
    const fitting = text.length > width ? text.slice(0, width - more.length) + more : text
    stderr().write(`\r\u001b[K${quiet(fitting)}`)
  })

/** Clears that line. */
export const clearLine: Effect.Effect<void> = Effect.sync(() => {
  if (stderr().isTTY === true) stderr().write("\r\u001b[K")
})
