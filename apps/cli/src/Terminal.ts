/**
 * The terminal as a service: what a command prints, says and asks. Data goes to
 * standard output, everything else to standard error.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { Cancelled, type Failure, UsageError } from "./Failure.js"
import type { Streams } from "./Streams.js"
import type { Style } from "./Style.js"

/** A question to the person: for text, for text that is not shown while it is typed, or for yes or no. */
export interface Question {
  readonly kind: "text" | "hidden" | "confirm"
  readonly message: string
}

export interface Service extends Streams {
  /** Whether a person is there to read and to answer. */
  readonly isInteractive: boolean
  /** Everything that is piped in. */
  readonly standardInput: Effect.Effect<string, UsageError>
  /** What the person typed, or `yes` or `no`; `undefined` when Ctrl-C came. */
  readonly ask: (question: Question) => Effect.Effect<string | undefined>
}

export class Terminal extends Context.Tag("tmdb-session/Terminal")<Terminal, Service>() {}

/** Text, or a function that makes it in the style of the stream. */
type Line = string | ((style: Style) => string)

const styled = (line: Line, style: Style): string => (typeof line === "string" ? line : line(style))

/** A result: what a script reads. */
export const print = (line: Line): Effect.Effect<void, never, Terminal> =>
  Effect.map(Terminal, ({ results }) => results.write(`${styled(line, results.style)}\n`))

/** A result as one JSON object. */
export const printJson = (value: unknown): Effect.Effect<void, never, Terminal> =>
  print(JSON.stringify(value))

/** What a person reads. */
export const say = (line: Line): Effect.Effect<void, never, Terminal> =>
  Effect.map(Terminal, ({ messages }) => messages.write(`${styled(line, messages.style)}\n`))

/** A success. */
export const sayDone = (line: Line): Effect.Effect<void, never, Terminal> =>
  say((style) => `${style.tick} ${styled(line, style)}`)

/** A warning. */
export const warn = (line: Line): Effect.Effect<void, never, Terminal> =>
  say((style) => `${style.attention} ${styled(line, style)}`)

/** A detail, shown less prominently. */
export const note = (line: string): Effect.Effect<void, never, Terminal> => say(({ quiet }) => quiet(line))

/** One line on the terminal that is written over; nothing where there is no terminal. */
export const overwrite = (line: string): Effect.Effect<void, never, Terminal> =>
  Effect.map(Terminal, ({ messages: { isTerminal, style, width, write } }) => {
    if (!isTerminal) return
    const room = Math.max(10, width() - 1)
    const fitting = line.length > room ? line.slice(0, room - style.ellipsis.length) + style.ellipsis : line
    write(`\r\u001b[K${style.quiet(fitting)}`)
  })

/** Clears that line. */
export const clearLine: Effect.Effect<void, never, Terminal> = Effect.map(Terminal, ({ messages }) => {
  if (messages.isTerminal) messages.write("\r\u001b[K")
})

const answer = (question: Question): Effect.Effect<string, Cancelled, Terminal> =>
  Effect.flatMap(Terminal, ({ ask }) =>
    Effect.flatMap(ask(question), (text) =>
      text === undefined ? new Cancelled({ message: "Cancelled." }) : Effect.succeed(text)
    )
  )

/** Asks for text that is not shown while it is typed. Blanks around it are kept: a password may have some. */
export const askHidden = (message: string): Effect.Effect<Redacted.Redacted<string>, Cancelled, Terminal> =>
  Effect.map(answer({ kind: "hidden", message }), Redacted.make)

export const askText = (message: string): Effect.Effect<string, Cancelled, Terminal> =>
  Effect.map(answer({ kind: "text", message }), (text) => text.trim())

/** Asks yes or no; no is offered first. */
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

/** In characters: no secret is that long; a file that was piped in by mistake may be. */
const longestSecret = 64 * 1024

/** A secret from standard input, up to its end. */
const secretFromInput = (what: string): Effect.Effect<Redacted.Redacted<string>, UsageError, Terminal> =>
  Effect.flatMap(standardInput, (all) => {
    const read = all.trim()
    if (read === "") {
      return new UsageError({ message: `Standard input is empty: pipe the ${what} into the command.` })
    }
    if (read.length > longestSecret) {
      return new UsageError({ message: `Standard input is too long for a ${what}.` })
    }
    return Effect.succeed(Redacted.make(read))
  })

/** A secret that a command needs: from a pipe if there is one, else typed in. */
export const secret = (what: string): Effect.Effect<Redacted.Redacted<string>, Failure, Terminal> =>
  Effect.gen(function* () {
    if (!(yield* isInteractive)) return yield* secretFromInput(what)
    return Redacted.make(Redacted.value(yield* askHidden(`Paste the ${what}`)).trim())
  })
