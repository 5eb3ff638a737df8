/** Maps the definitions to commander, which reads the arguments and prints help. */
import { Argument, Command, Help, InvalidArgumentError, Option } from "commander"
import * as Definition from "./Definition.js"
import { environment } from "./Environment.js"
import { exitCodes } from "./ExitCode.js"
import { version } from "./version.js"

/** A command with its input, as the arguments gave it. */
export interface Invocation {
  readonly definition: Definition.Definition
  readonly input: Readonly<Record<string, unknown>>
  readonly verbose: boolean
  readonly json: boolean
}

const reader =
  ({ hint = "", read }: Definition.Value<unknown>) =>
  (typed: string, before: unknown) => {
    const value = read(typed, before)
    if (value === undefined) throw new InvalidArgumentError(hint)
    return value
  }

const optionOf = (key: string, option: Definition.CommandOption<unknown>): Option => {
  const { description, value } = option
  const made = new Option(Definition.flags(key, option), description)
  if (value === undefined) return made
  if (value.choices !== undefined) made.choices(value.choices)
  return made.argParser(reader(value))
}

const argumentOf = ({ description, value }: Definition.Argument<unknown>): Argument => {
  const made = new Argument(`<${value.name}>`, description)
  if (value.choices !== undefined) made.choices(value.choices)
  return made.argParser(reader(value))
}

/** The input, by the names in the definition. Commander stores `--no-browser` as `browser: false`. */
const inputOf = (definition: Definition.Definition, command: Command): Invocation["input"] => {
  const given: Record<string, unknown> = {}
  for (const [at, key] of Object.keys(definition.arguments).entries()) given[key] = command.processedArgs[at]
  for (const option of command.options) {
    const key = Object.keys(definition.options).find((name) => Definition.long(name) === option.long)
    const value = command.getOptionValue(option.attributeName())
    if (key !== undefined) given[key] = option.negate ? value === false : value
  }
  return given
}

const wrapped = (text: string, width: number): string => new Help().boxWrap(text, Math.min(80, width))

const examplesText = (examples: ReadonlyArray<string>): string =>
  examples.length === 0 ? "" : `\nExamples:\n${examples.map((line) => `  $ ${line}`).join("\n")}`

const listed = (rows: ReadonlyArray<readonly [string | number, string]>): string => {
  const width = Math.max(...rows.map(([name]) => String(name).length))
  return rows.map(([name, meaning]) => `  ${String(name).padEnd(width)}  ${meaning}`).join("\n")
}

const notes = ({ examples, more, prints }: Definition.Definition, width: number): string =>
  [
    ...(more === undefined ? [] : [`\n${wrapped(more, width)}`]),
    ...(prints === undefined ? [] : [`\n${wrapped(`With --json it prints ${prints}.`, width)}`]),
    examplesText(examples)
  ].join("\n")

export const about = {
  name: "tmdb-session",
  description: "Sign in to The Movie Database (TMDB) from the terminal.",
  examples: ["tmdb-session login", "tmdb-session status", "tmdb-session api account"]
}

/** The parser of the whole command. `width` is the width of the help, in columns. */
export const program = (
  definitions: ReadonlyArray<Definition.Definition>,
  width: number,
  invoke: (invocation: Invocation) => Promise<void>
): Command => {
  const { own } = Definition
  const root = new Command(about.name)
    .description(about.description)
    .version(version, Definition.flags("version", own.version), own.version.description)
    .helpOption(Definition.flags("help", own.help), own.help.description)
    .helpCommand("help [command]", "show help for a command")
    .showSuggestionAfterError(true)
    .configureHelp({ showGlobalOptions: true })
    .addHelpText(
      "after",
      `${examplesText(about.examples)}\n\nEnvironment:\n${listed(environment)}\n\nExit codes:\n${listed(exitCodes)}`
    )
  for (const [key, option] of Object.entries(Definition.shared)) root.addOption(optionOf(key, option))
  for (const definition of definitions) {
    const { description, hidden = false, name } = definition
    const command = root
      .command(name, { hidden })
      .description(description)
      .addHelpText("after", () => notes(definition, width))
      .action(() => {
        const { json = false, verbose = false } = command.optsWithGlobals()
        return invoke({ definition, input: inputOf(definition, command), json, verbose })
      })
    for (const argument of Object.values(definition.arguments)) command.addArgument(argumentOf(argument))
    for (const [key, option] of Object.entries(definition.options)) command.addOption(optionOf(key, option))
  }
  return root
}
