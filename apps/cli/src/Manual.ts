/** The manual page, made from the definitions by the build. */
import { definitions } from "./Commands.js"
import * as Definition from "./Definition.js"
import { environment } from "./Environment.js"
import { exitCodes } from "./ExitCode.js"
import { about } from "./Program.js"
import { version } from "./version.js"

/** A line that begins with a dot or a quote would be a request, and a dash a hyphen. */
const text = (words: string): string =>
  words
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .split("\n")
    .map((line) => line.trim())
    .map((line) => (/^[.']/.test(line) ? `\\&${line}` : line))
    .join("\n")

const optionParts = (options: Definition.Definition["options"]): ReadonlyArray<string> =>
  Object.entries(options).map(
    ([key, option]) => `.TP\n\\fB${text(Definition.flags(key, option))}\\fR\n${text(option.description)}`
  )

const examplesPart = (examples: ReadonlyArray<string>): string =>
  examples.length === 0 ? "" : `.P\n.nf\n.RS\n${examples.map(text).join("\n")}\n.RE\n.fi`

const commandPart = (definition: Definition.Definition): string => {
  const { description, examples, more, name, options } = definition
  const values = Object.values(definition.arguments).map(({ value }) => `<${value.name}>`)
  return [
    `.SS "${text([name, "[options]", ...values].join(" "))}"`,
    text(`${description.charAt(0).toUpperCase()}${description.slice(1)}.`),
    ...(more === undefined ? [] : [`.P\n${text(more)}`]),
    ...optionParts(options),
    examplesPart(examples)
  ].join("\n")
}

const rows = (of: ReadonlyArray<readonly [string | number, string]>): string =>
  of.map(([name, meaning]) => `.TP\n\\fB${text(String(name))}\\fR\n${text(meaning)}`).join("\n")

/** In the language of the manual, roff. */
export const manual = (): string =>
  `${[
    `.TH TMDB\\-SESSION 1 "" "tmdb\\-session ${version}" "User Commands"`,
    `.SH NAME\ntmdb\\-session \\- ${text(about.description.replace(/\.$/, ""))}`,
    ".SH SYNOPSIS\n\\fBtmdb\\-session\\fR \\fIcommand\\fR [\\fIoptions\\fR]",
    `.SH OPTIONS\n${optionParts({ ...Definition.shared, ...Definition.own }).join("\n")}`,
    `.SH COMMANDS\n${definitions
      .filter(({ hidden }) => hidden !== true)
      .map(commandPart)
      .join("\n")}`,
    `.SH ENVIRONMENT\n${rows(environment)}`,
    `.SH "EXIT STATUS"\n${rows(exitCodes)}`,
    `.SH EXAMPLES\n${examplesPart(about.examples)}`,
    ".SH NOTES\nThis product uses the TMDB API but is not endorsed or certified by TMDB."
  ]
    .join("\n")
    .replace(/\n{2,}/g, "\n")}\n`
