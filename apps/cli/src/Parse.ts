/** Reads the arguments. If they are not valid, it reports why in one line, with exit code 2. */
import { CommanderError, type Command as Parser } from "commander"
import type { Command } from "./Command.js"
import { definitions } from "./Commands.js"
import { ExitCode } from "./ExitCode.js"
import { problem, tell } from "./Problem.js"
import { type Invocation, program } from "./Program.js"
import type { Stream, Streams } from "./Streams.js"

/** Runs a command and returns its exit code. */
export type Run = (command: Command, invocation: Invocation) => Promise<number>

/** A usage error, and the parser whose help explains it. */
class Misused extends Error {
  readonly parser: Parser

  constructor(parser: Parser, message: string) {
    super(message)
    this.parser = parser
  }
}

/** Keys, tokens and session ids have one of these shapes: long hexadecimal numbers, JSON Web Tokens. */
const secretShape = /(?<![\w-])[0-9a-f]{32,}(?![\w-])|eyJ[\w-]{8,}\.[\w-]+/i

const secretGiven =
  "A secret was given as an argument, where the shell's history and every user of this machine can read it. " +
  "Pipe it in, paste it at the prompt, or set it in the environment. Replace it if others may have seen it."

/** Options for a secret, which other tools have and this one must not. */
const secretOption = /^--?\w*-?(token|key|session-id|password|secret)$/i

/** Turns commander's message, `error: unknown option '--x'` and a suggestion on a second line, into sentences without the option's value. */
const sentences = ({ code, message }: CommanderError): string => {
  if (code === "commander.help") return "No command was given."
  const [first = "", ...more] = message.replace(/^error: /, "").split("\n")
  const problem = first.replace(/('-[^'=]*)=[^']*'/, "$1'").replace(/\.$/, "")
  const option = /'([^']*)'/.exec(problem)?.[1] ?? ""
  const reason =
    code === "commander.unknownOption" && secretOption.test(option)
      ? " A secret must not be an argument: pipe it in, paste it at the prompt, or set it in the environment."
      : ""
  const suggestion = more.map((line) => ` ${line.replace(/^\((.*)\)$/, "$1")}`).join("")
  return `${problem.charAt(0).toUpperCase()}${problem.slice(1)}.${suggestion}${reason}`
}

/** The name of a command, after the names of its parents. */
const fullName = (parser: Parser): string =>
  parser.parent === null ? parser.name() : `${fullName(parser.parent)} ${parser.name()}`

/** Makes commander print to the stream and throw, even for help and version, where it would print to the process and end it. */
const tame = (parser: Parser, results: Stream): void => {
  parser
    .configureOutput({
      writeOut: results.write,
      writeErr: () => undefined,
      getOutHelpWidth: results.width,
      getOutHasColors: () => false
    })
    .exitOverride((error) => {
      if (error.exitCode === ExitCode.done) throw error
      throw new Misused(parser, sentences(error))
    })
  for (const child of parser.commands) tame(child, results)
}

/** Turns `help login` into `login --help`, and `help` alone into `--help`. */
const withoutHelp = (given: ReadonlyArray<string>): ReadonlyArray<string> => {
  const [first = "help", second, ...rest] = given
  if (first !== "help") return given
  return second === undefined ? ["--help"] : [second, "--help", ...rest]
}

/** Drops what follows an unknown command: commander would answer a `--help` there, and not report the command. */
const words = (root: Parser, given: ReadonlyArray<string>): ReadonlyArray<string> => {
  const all = withoutHelp(given)
  const [name = ""] = all
  const isKnown = name.startsWith("-") || root.commands.some((command) => command.name() === name)
  return isKnown ? all : [name]
}

const refuse = ({ message, parser }: Misused, { messages }: Streams, asJson: boolean): number => {
  const next = ` See: ${fullName(parser)} --help`
  tell(messages, problem("UsageError", ExitCode.misused, message, next), asJson)
  return ExitCode.misused
}

const checkSecrets = (root: Parser, given: ReadonlyArray<string>): void => {
  if (!given.some((argument) => secretShape.test(argument))) return
  const named = root.commands.find((command) => command.name() === given[0])
  throw new Misused(named ?? root, secretGiven)
}

/** Runs what the arguments ask for, and returns the exit code. */
export const parse = async (given: ReadonlyArray<string>, streams: Streams, run: Run): Promise<number> => {
  let exitCode: number = ExitCode.done
  const root = program(definitions, streams.results.width(), async (invocation) => {
    const loaded = await invocation.definition.load()
    const command = loaded.run(invocation.input as never, definitions)
    if (typeof command === "string") streams.results.write(command)
    else exitCode = await run(command, invocation)
  })
  tame(root, streams.results)
  try {
    checkSecrets(root, given)
    await root.parseAsync([...words(root, given)], { from: "user" })
  } catch (error) {
    if (error instanceof Misused) return refuse(error, streams, given.includes("--json"))
    if (!(error instanceof CommanderError)) throw error
  }
  return exitCode
}
