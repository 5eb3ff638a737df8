/**
 * The terminal as a service, through which a command prints and asks. Results go
 * to standard output, everything else to standard error.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { Cancelled, type Failure, UsageError } from "./Failure.js"
import type { Streams } from "./Streams.js"
import type { Style } from "./Style.js"

/** A question to the person: for text, for hidden text, or for yes or no. */
export interface Question {
  readonly kind: "text" | "hidden" | "confirm"
  readonly message: string
}

export interface Service extends Streams {
  /** Whether a person can read and answer. */
  readonly isInteractive: boolean
  /** Everything that is piped in. */
  readonly standardInput: Effect.Effect<string, UsageError>
  /** What the person typed, or `yes` or `no`; `undefined` after Ctrl-C. */
  readonly ask: (question: Question) => Effect.Effect<string | undefined>
}

export class Terminal extends Context.Tag("tmdb-session/Terminal")<Terminal, Service>() {}

/** Text, or a function that makes the text from the stream's style. */
type Line = string | ((style: Style) => string)

const styled = (line: Line, style: Style): string => (typeof line === "string" ? line : line(style))

/** Prints a result, for scripts to read. */
export const print = (line: Line): Effect.Effect<void, never, Terminal> =>
  Effect.map(Terminal, ({ results }) => results.write(`${styled(line, results.style)}\n`))

/** Prints a result as one JSON object. */
export const printJson = (value: unknown): Effect.Effect<void, never, Terminal> =>
  print(JSON.stringify(value))

/** Prints a message, for a person to read. */
export const say = (line: Line): Effect.Effect<void, never, Terminal> =>
  Effect.map(Terminal, ({ messages }) => messages.write(`${styled(line, messages.style)}\n`))

/** Prints a success. */
export const sayDone = (line: Line): Effect.Effect<void, never, Terminal> =>
  say((style) => `${style.tick} ${styled(line, style)}`)

/** Prints a warning. */
export const warn = (line: Line): Effect.Effect<void, never, Terminal> =>
  say((style) => `${style.attention} ${styled(line, style)}`)

/** Prints a detail, less prominently. */
export const note = (line: string): Effect.Effect<void, never, Terminal> => say(({ quiet }) => quiet(line))

/** Overwrites the current line of the terminal. Without a terminal it does nothing. */
export const overwrite = (line: string): Effect.Effect<void, never, Terminal> =>
  Effect.map(Terminal, ({ messages: { isTerminal, style, width, write } }) => {
    if (!isTerminal) return
    const room = Math.max(10, width() - 1)
    const fitting = line.length > room ? line.slice(0, room - style.ellipsis.length) + style.ellipsis : line
    write(`\r\u001b[K${style.quiet(fitting)}`)
  })

/** Clears the line that `overwrite` wrote. */
export const clearLine: Effect.Effect<void, never, Terminal> = Effect.map(Terminal, ({ messages }) => {
  if (messages.isTerminal) messages.write("\r\u001b[K")
})

const answer = (question: Question): Effect.Effect<string, Cancelled, Terminal> =>
  Effect.flatMap(Terminal, ({ ask }) =>
    Effect.flatMap(ask(question), (text) =>
      text === undefined ? new Cancelled({ message: "Cancelled." }) : Effect.succeed(text)
    )
  )

/** Asks for hidden text. Spaces around it are kept, since a password may have some. */
export const askHidden = (message: string): Effect.Effect<Redacted.Redacted<string>, Cancelled, Terminal> =>
  Effect.map(answer({ kind: "hidden", message }), Redacted.make)

export const askText = (message: string): Effect.Effect<string, Cancelled, Terminal> =>
  Effect.map(answer({ kind: "text", message }), (text) => text.trim())

/** Asks for yes or no. The default is no. */
export const confirm = (message: string): Effect.Effect<boolean, Cancelled, Terminal> =>
  Effect.map(answer({ kind: "confirm", message }), (text) => text === "yes")

export const isInteractive: Effect.Effect<boolean, never, Terminal> = Effect.map(
  Terminal,
  (terminal) => terminal.isInteractive
)

export const standardInput: Effect.Effect<string, UsageError, Terminal> = Effect.flatMap(
  Terminal,
  (terminal) => terminal.standardInput
)

/** In characters. No secret is longer, but a file that was piped in by mistake may be. */
const longestSecret = 64 * 1024

/** Reads a secret from standard input, up to its end. */
const secretFromInput = (what: string): Effect.Effect<Redacted.Redacted<string>, UsageError, Terminal> =>
  Effect.flatMap(standardInput, (all) => {
    const read = all.trim()
    if (read === "") {
      return new UsageError({ message: `Standard input is empty. Pipe the ${what} into the command.` })
    }
    if (read.length > longestSecret) {
      return new UsageError({
        message: `Standard input is too long. Pipe only the ${what} into the command.`
      })
    }
    return Effect.succeed(Redacted.make(read))
  })

/** Asks for a secret, or reads it from standard input if nobody can answer. */
export const secret = (what: string): Effect.Effect<Redacted.Redacted<string>, Failure, Terminal> =>
  Effect.gen(function* () {
    if (!(yield* isInteractive)) return yield* secretFromInput(what)
    return Redacted.make(Redacted.value(yield* askHidden(`Paste the ${what}`)).trim())
  })
