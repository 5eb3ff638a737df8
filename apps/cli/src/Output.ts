/** Data goes to stdout, everything else to stderr. Colour only where a person sees it and wants it. */
import { styleText } from "node:util"
import * as Effect from "effect/Effect"

/** A result: what a script reads. */
export const print = (line: string): Effect.Effect<void> =>
  Effect.sync(() => void process.stdout.write(`${line}\n`))

/** A result as one JSON object. */
export const printJson = (value: unknown): Effect.Effect<void> => print(JSON.stringify(value))

/** What a person reads. */
export const say = (line: string): Effect.Effect<void> =>
  Effect.sync(() => void process.stderr.write(`${line}\n`))

/** Whether a person is there to read and to answer. */
export const isInteractive = (): boolean => process.stdin.isTTY === true && process.stderr.isTTY === true

const hasColour = (): boolean => {
  const { FORCE_COLOR, NO_COLOR, TERM } = process.env
  if (NO_COLOR !== undefined && NO_COLOR !== "") return false
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== "" && FORCE_COLOR !== "0") return true
  return process.stderr.isTTY === true && TERM !== "dumb"
}

const styled =
  (style: "green" | "red" | "yellow" | "dim" | "bold" | "cyan") =>
  (text: string): string =>
    hasColour() ? styleText(style, text, { validateStream: false }) : text

export const good = styled("green")
export const bad = styled("red")
export const warning = styled("yellow")
export const quiet = styled("dim")
export const strong = styled("bold")
export const link = styled("cyan")

/** Symbols that a terminal without Unicode can show, too. */
const unicode = (): boolean =>
  /utf-?8/i.test(process.env["LC_ALL"] || process.env["LC_CTYPE"] || process.env["LANG"] || "")

export const tick = (): string => good(unicode() ? "✓" : "ok")
export const cross = (): string => bad(unicode() ? "✗" : "error")
export const attention = (): string => warning("!")

/** One line on the terminal that is written over; nothing where there is no terminal. */
export const overwrite = (text: string): Effect.Effect<void> =>
  Effect.sync(() => {
    if (process.stderr.isTTY !== true) return
    const width = Math.max(10, (process.stderr.columns ?? 80) - 1)
    process.stderr.write(`\r\u001b[K${quiet(text.length > width ? `${text.slice(0, width - 1)}…` : text)}`)
  })

/** Clears that line. */
export const clearLine: Effect.Effect<void> = Effect.sync(() => {
  if (process.stderr.isTTY === true) process.stderr.write("\r\u001b[K")
})
