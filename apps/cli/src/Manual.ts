/** The manual page. The build makes it from the definitions. */
import { definitions } from "./Commands.js"
import * as Definition from "./Definition.js"
import { environment } from "./Environment.js"
import { exitCodes } from "./ExitCode.js"
import { about } from "./Program.js"
import { version } from "./version.js"

/** Escapes text for roff: a leading dot or quote would be a request, a plain dash a hyphen. */
const text = (words: string): string =>
  words
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .split("\n")
    .map((line) => line.trim())
    .map((line) => (/^[.']/.test(line) ? `\\&${line}` : line))
    .join("\n")

const row = (name: string, meaning: string, choices: ReadonlyArray<string> = []): string => {
  const of = choices.length === 0 ? "" : ` (${choices.join(", ")})`
  return `.TP\n\\fB${text(name)}\\fR\n${text(meaning + of)}`
}

const argumentParts = (values: Definition.Definition["arguments"]): ReadonlyArray<string> =>
  Object.values(values).map(({ description, value }) => row(`<${value.name}>`, description, value.choices))

const optionParts = (options: Definition.Definition["options"]): ReadonlyArray<string> =>
  Object.entries(options).map(([key, option]) =>
    row(Definition.flags(key, option), option.description, option.value?.choices)
  )

const examplesPart = (examples: ReadonlyArray<string>): string =>
  examples.length === 0 ? "" : `.P\n.nf\n.RS\n${examples.map(text).join("\n")}\n.RE\n.fi`

const commandPart = (definition: Definition.Definition): string => {
  const { description, examples, more, name, options, prints } = definition
  const values = Object.values(definition.arguments).map(({ value }) => `<${value.name}>`)
  return [
    `.SS "${text([name, "[options]", ...values].join(" "))}"`,
    text(`${description.charAt(0).toUpperCase()}${description.slice(1)}.`),
    ...(more === undefined ? [] : [`.P\n${text(more)}`]),
    ...argumentParts(definition.arguments),
    ...optionParts(options),
    ...(prints === undefined ? [] : [`.P\nWith \\fB\\-\\-json\\fR it prints ${text(prints)}.`]),
    examplesPart(examples)
  ].join("\n")
}

const rows = (of: ReadonlyArray<readonly [string | number, string]>): string =>
  of.map(([name, meaning]) => row(String(name), meaning)).join("\n")

/** The manual page in roff. */
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
