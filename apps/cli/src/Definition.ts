/**
 * The definition of a command: its texts, its options, and the file that runs
 * it. Parsing, help, completions, the manual and the README are made from it.
 * Nothing here loads Effect, so help is printed at once.
 */
import type { Command } from "./Command.js"

/** How a shell completes a value that has no fixed choices. */
export type Completion = "profiles" | "files"

/** The value of an option or an argument. */
export interface Value<out A> {
  /** Its name in the help. */
  readonly name: string
  readonly choices?: ReadonlyArray<string>
  readonly completion?: Completion
  /** Reads the text; returns `undefined` if it is not valid. `before` is the value of an earlier use of the same option. */
  readonly read: (text: string, before: unknown) => A | undefined
  /** Says what a valid value is. The error message ends with it. */
  readonly hint?: string
}

export interface CommandOption<out A> {
  readonly description: string
  /** One dash and one letter. */
  readonly short?: string
  /** Absent for a flag, which is `true` if it is given. */
  readonly value?: Value<A>
}

export interface Argument<out A> {
  readonly description: string
  readonly value: Value<A>
}

type Options = Readonly<Record<string, CommandOption<unknown>>>
type Arguments = Readonly<Record<string, Argument<unknown>>>

type Given<Of> = Of extends CommandOption<infer A> | Argument<infer A> ? A : never

/** The input of a command: its arguments, and the options that were used. */
export type Input<A extends Arguments, O extends Options> = {
  readonly [Name in keyof A]: Given<A[Name]>
} & { readonly [Name in keyof O]?: Given<O[Name]> | undefined }

interface Words {
  readonly name: string
  /** What it does, without a full stop, for the list of commands. */
  readonly description: string
  /** A paragraph with what the options do not say. */
  readonly more?: string
  readonly examples: ReadonlyArray<string>
  /** The fields that `--json` prints. A question mark follows a field that may be missing. */
  readonly prints?: string
  /** Whether only completion scripts use it: the help and the manual do not show it. */
  readonly hidden?: boolean
}

/** Runs a command. It also receives every definition. A string is printed as it is. */
type Run<I> = (input: I, all: ReadonlyArray<Definition>) => Command | string

export interface Definition extends Words {
  readonly arguments: Arguments
  readonly options: Options
  /** Loads the file that runs the command. */
  readonly load: () => Promise<{ readonly run: Run<never> }>
}

/** `run` may ignore an argument or option, but cannot read one that the definition does not have. */
type Fitting<I, Read> = I extends Read ? ([keyof Read] extends [keyof I] ? unknown : Unfitting) : Unfitting
interface Unfitting {
  readonly "run reads what no argument or option gives": never
}

export const define = <
  Read,
  A extends Arguments = Record<never, never>,
  O extends Options = Record<never, never>
>(
  definition: Words & {
    readonly arguments?: A
    readonly options?: O
    readonly load: () => Promise<{ readonly run: Run<Read> }>
  } & Fitting<Input<A, O>, Read>
): Definition => ({ ...definition, arguments: definition.arguments ?? {}, options: definition.options ?? {} })

/** `noBrowser` is written `--no-browser`. */
export const long = (key: string): string =>
  `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

/** The option as the help shows it: `-X, --method <method>`. */
export const flags = (key: string, { short, value }: CommandOption<unknown>): string => {
  const names = short === undefined ? long(key) : `${short}, ${long(key)}`
  return value === undefined ? names : `${names} <${value.name}>`
}

export const flag = (description: string): CommandOption<boolean> => ({ description })

export const text = (name: string, completion?: Completion): Value<string> => ({
  name,
  ...(completion === undefined ? {} : { completion }),
  read: (typed) => typed
})

/** A value that may be given several times. */
export const texts = (name: string): Value<ReadonlyArray<string>> => ({
  name,
  read: (typed, before) => [...((before as ReadonlyArray<string> | undefined) ?? []), typed]
})

export const oneOf = <const A extends string>(name: string, choices: ReadonlyArray<A>): Value<A> => ({
  name,
  choices,
  hint: `Allowed choices are ${choices.join(", ")}.`,
  read: (typed) => choices.find((choice) => choice === typed)
})

export const port: Value<number> = {
  name: "number",
  hint: "It must be a number from 0 to 65535.",
  read: (typed) => (/^\d{1,5}$/.test(typed) && Number(typed) <= 65_535 ? Number(typed) : undefined)
}

type Time = `${number} ${"seconds" | "minutes" | "hours"}`

const units = { s: "seconds", m: "minutes", h: "hours" } as const

/** A time such as `90`, `90s`, `5m`, `1h` or `5 minutes`, converted to a duration that Effect reads. */
export const time: Value<Time> = {
  name: "time",
  hint: "It must be a time such as 90s, 5m or 1h.",
  read: (typed) => {
    const match = /^(\d+(?:\.\d+)?)\s*(s|m|h|seconds?|minutes?|hours?)?$/.exec(typed.trim())
    if (match === null || Number(match[1]) <= 0) return undefined
    const unit = (match[2]?.[0] ?? "s") as keyof typeof units
    return `${Number(match[1])} ${units[unit]}`
  }
}

/** Options that several commands share. */
export const profile: CommandOption<string> = {
  description: "the profile; the current one unless given",
  value: text("name", "profiles")
}
export const json: CommandOption<boolean> = flag("print one JSON object")
export const withToken: CommandOption<boolean> = flag("read the API credential from standard input")

/** Options of the command as a whole. */
export const own = {
  version: { ...flag("print the version"), short: "-V" },
  help: { ...flag("show help"), short: "-h" }
} as const satisfies Options

/** Options of every command, in addition to `help`. */
export const shared = {
  verbose: { ...flag("show the requests that are made, without secrets"), short: "-v" }
} as const satisfies Options
