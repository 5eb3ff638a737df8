/** Reads the arguments. What is wrong with them is said in one line, with exit code 2. */
import { CommanderError } from "commander"
import { program } from "./Program.js"

/** Commander ends help and version by throwing, too. */
const isAnswer = (error: CommanderError): boolean => error.exitCode === 0

/** Every command of the tree throws in place of ending the process by itself. */
const withoutExit = (command: ReturnType<typeof program>): void => {
  command.exitOverride()
  for (const child of command.commands) withoutExit(child)
}

export const parse = async (argv: ReadonlyArray<string>): Promise<void> => {
  const root = program()
  withoutExit(root)
  if (argv.length <= 2) {
    process.stdout.write(root.helpInformation())
    return
  }
  try {
    await root.parseAsync([...argv])
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    process.exitCode = isAnswer(error) ? 0 : 2
  }
}
