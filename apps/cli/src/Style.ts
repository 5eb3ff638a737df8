/** The colours and symbols of the output. Nothing here loads Effect: usage errors are reported without it. */
import { styleText } from "node:util"

type Variables = Readonly<Record<string, string | undefined>>

/** Whether to use colours: on a terminal, unless the variables say otherwise. */
const hasColour = (isTerminal: boolean, { FORCE_COLOR, NO_COLOR, TERM }: Variables): boolean => {
  if (NO_COLOR !== undefined && NO_COLOR !== "") return false
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== "") return FORCE_COLOR !== "0"
  return isTerminal && TERM !== "dumb"
}

/** Whether the terminal can show more than ASCII. On Windows and macOS it can if no locale is set. */
const hasUnicode = ({ LANG, LC_ALL, LC_CTYPE, TERM }: Variables, platform: NodeJS.Platform): boolean => {
  if (TERM === "linux") return false
  const locale = LC_ALL || LC_CTYPE || LANG || ""
  return /utf-?8/i.test(locale) || (locale === "" && (platform === "win32" || platform === "darwin"))
}

export interface Style {
  readonly quiet: (text: string) => string
  readonly strong: (text: string) => string
  readonly link: (text: string) => string
  readonly tick: string
  readonly cross: string
  readonly attention: string
  /** Marks text that was cut off. */
  readonly ellipsis: string
}

/** The style of one stream: one may go to a terminal while the other goes into a pipe. */
export const style = (
  isTerminal: boolean,
  variables: Variables = process.env,
  platform: NodeJS.Platform = process.platform
): Style => {
  const colour = hasColour(isTerminal, variables)
  const unicode = hasUnicode(variables, platform)
  const formatted = (format: "green" | "red" | "yellow" | "dim" | "bold" | "cyan") => (text: string) =>
    colour ? styleText(format, text, { validateStream: false }) : text
  return {
    quiet: formatted("dim"),
    strong: formatted("bold"),
    link: formatted("cyan"),
    tick: formatted("green")(unicode ? "✓" : "ok"),
    cross: formatted("red")(unicode ? "✗" : "error:"),
    attention: formatted("yellow")("!"),
    ellipsis: unicode ? "…" : "..."
  }
}
