/** The manual page, made from the command tree by the build. */
import type { Command, Option } from "commander"
import { environment, exitCodes, notes, program } from "./Program.js"

/** A line that begins with a dot or a quote would be a request, and a dash a hyphen. */
const text = (words: string): string =>
  words
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .split("\n")
    .map((line) => line.trim())
    .map((line) => (/^[.']/.test(line) ? `\\&${line}` : line))
    .join("\n")

const optionPart = (option: Option): string =>
  `.TP\n\\fB${text(option.flags)}\\fR\n${text(option.description)}`

const examplesPart = (command: Command): string => {
  const examples = notes(command)?.examples ?? []
  return examples.length === 0 ? "" : `.P\n.nf\n.RS\n${examples.map(text).join("\n")}\n.RE\n.fi`
}

const commandPart = (command: Command): string => {
  const more = notes(command)?.more
  return [
    `.SS "${text(`${command.name()} ${command.usage()}`)}"`,
    text(`${command.description().charAt(0).toUpperCase()}${command.description().slice(1)}.`),
    ...(more === undefined ? [] : [`.P\n${text(more)}`]),
    ...command
      .createHelp()
      .visibleOptions(command)
      .filter((option) => option.long !== "--help")
      .map(optionPart),
    examplesPart(command)
  ].join("\n")
}

const rows = (of: ReadonlyArray<readonly [string | number, string]>): string =>
  of.map(([name, meaning]) => `.TP\n\\fB${text(String(name))}\\fR\n${text(meaning)}`).join("\n")

/** The command tree in the language of the manual, roff. */
export const manual = (): string => {
  const root = program()
  const commands = root
    .createHelp()
    .visibleCommands(root)
    .filter((command) => command.name() !== "help")
  return `${[
    `.TH TMDB\\-SESSION 1 "" "tmdb\\-session ${root.version()}" "User Commands"`,
    `.SH NAME\ntmdb\\-session \\- ${text(root.description().replace(/\.$/, ""))}`,
    ".SH SYNOPSIS\n\\fBtmdb\\-session\\fR \\fIcommand\\fR [\\fIoptions\\fR]",
    `.SH OPTIONS\n${root.createHelp().visibleOptions(root).map(optionPart).join("\n")}`,
    `.SH COMMANDS\n${commands.map(commandPart).join("\n")}`,
    `.SH ENVIRONMENT\n${rows(environment)}`,
    `.SH "EXIT STATUS"\n${rows(exitCodes)}`,
    `.SH EXAMPLES\n${examplesPart(root)}`,
    ".SH NOTES\nThis product uses the TMDB API but is not endorsed or certified by TMDB."
  ]
    .join("\n")
    .replace(/\n{2,}/g, "\n")}\n`
}
