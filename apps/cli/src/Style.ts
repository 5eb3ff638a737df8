/** How text looks: colour by meaning, and symbols. It knows no Effect, for usage errors are answered without it. */
import { styleText } from "node:util"

type Format = "green" | "red" | "yellow" | "dim" | "bold" | "cyan"

/** Only where a person sees it and wants it. */
const hasColour = (stream: () => NodeJS.WriteStream): boolean => {
  const { FORCE_COLOR, NO_COLOR, TERM } = process.env
  if (NO_COLOR !== undefined && NO_COLOR !== "") return false
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== "") return FORCE_COLOR !== "0"
  return stream().isTTY === true && TERM !== "dumb"
}

/** Whether the terminal shows more than ASCII. Windows and macOS do, whatever the locale says. */
export const hasUnicode = (
  environment: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform
): boolean => {
  if (environment["TERM"] === "linux") return false
  const locale = environment["LC_ALL"] || environment["LC_CTYPE"] || environment["LANG"] || ""
  return /utf-?8/i.test(locale) || (locale === "" && (platform === "win32" || platform === "darwin"))
}

export interface Style {
  readonly good: (text: string) => string
  readonly bad: (text: string) => string
  readonly warning: (text: string) => string
  readonly quiet: (text: string) => string
  readonly strong: (text: string) => string
  readonly link: (text: string) => string
  readonly tick: () => string
  readonly cross: () => string
  readonly attention: () => string
}

/** The style of one stream: a person may look at one of them while the other goes into a pipe. Asked for when needed. */
export const style = (stream: () => NodeJS.WriteStream): Style => {
  const formatted = (format: Format) => (text: string) =>
    hasColour(stream) ? styleText(format, text, { validateStream: false }) : text
  const good = formatted("green")
  const bad = formatted("red")
  const warning = formatted("yellow")
  return {
    good,
    bad,
    warning,
    quiet: formatted("dim"),
    strong: formatted("bold"),
    link: formatted("cyan"),
    tick: () => good(hasUnicode() ? "✓" : "ok"),
    cross: () => bad(hasUnicode() ? "✗" : "error:"),
    attention: () => warning("!")
  }
}
