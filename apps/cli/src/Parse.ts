/** Reads the arguments. What is wrong with them is said in one line, with exit code 2. */
import { type Command, CommanderError } from "commander"
import { program } from "./Program.js"
import { complain, watchOutput } from "./Streams.js"

/** A usage error, and the command whose help explains it. */
class Misused extends Error {
  readonly command: Command

  constructor(command: Command, message: string) {
    super(message)
    this.command = command
  }
}

/** Keys, tokens and session ids have one of these shapes: long hexadecimal numbers, JSON Web Tokens. */
const secretShape = /(?<![\w-])[0-9a-f]{32,}(?![\w-])|eyJ[\w-]{8,}\.[\w-]+/i

const secretGiven =
  "A secret was given as an argument, where the shell's history and every user of this machine can read it. " +
  "Pipe it in, paste it at the prompt, or put it into the environment; and have it replaced, if others may have seen it."

/** Options that other tools have, and that this one must not. */
const secretOption = /^--?\w*-?(token|key|session-id|password|secret)$/i

/** `error: unknown option '--x'` and a suggestion on a line of its own, as sentences. An option's value is dropped. */
const sentences = ({ code, message }: CommanderError): string => {
  const [first = "", ...more] = message.replace(/^error: /, "").split("\n")
  const problem = first.replace(/('-[^'=]*)=[^']*'/, "$1'").replace(/\.$/, "")
  const option = /'([^']*)'/.exec(problem)?.[1] ?? ""
  const reason =
    code === "commander.unknownOption" && secretOption.test(option)
      ? " A secret is never an argument: pipe it in, paste it at the prompt, or put it into the environment."
      : ""
  const suggestion = more.map((line) => ` ${line.replace(/^\((.*)\)$/, "$1")}`).join("")
  return `${problem.charAt(0).toUpperCase()}${problem.slice(1)}.${suggestion}${reason}`
}

/** The name of a command with those it is below. */
const fullName = (command: Command): string =>
  command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`

/** Every command of the tree throws in place of ending the process by itself. Help and version throw, too. */
const withoutExit = (command: Command): void => {
  command.exitOverride((error) => {
    if (error.exitCode === 0) throw error
    throw new Misused(command, sentences(error))
  })
  for (const child of command.commands) withoutExit(child)
}

const refuse = ({ command, message }: Misused): void =>
  complain({ _tag: "UsageError", message, exitCode: 2 }, ` See: ${fullName(command)} --help`)

/** The command that is named first, alone; all of them where that is no command. */
const tree = (first: string | undefined): Command => {
  const one = program(first)
  return one.commands.length === 0 ? program() : one
}

export const parse = async (argv: ReadonlyArray<string>): Promise<void> => {
  watchOutput()
  const [first, ...rest] = argv.slice(2)
  const root = tree(first)
  withoutExit(root)
  if (first === undefined) {
    root.outputHelp()
    return
  }
  if ([first, ...rest].some((argument) => secretShape.test(argument))) {
    const named = root.commands.find((command) => command.name() === first)
    return refuse(new Misused(named ?? root, secretGiven))
  }
  try {
    await root.parseAsync([...argv])
  } catch (error) {
    if (error instanceof Misused) return refuse(error)
    if (!(error instanceof CommanderError)) throw error
  }
}
