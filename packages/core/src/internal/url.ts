/** Checks a client's base URLs, and fills in the paths below them. */
import * as Either from "effect/Either"
import { isLoopback } from "../Loopback.js"
import type { InvalidConfiguration } from "../TmdbError.js"
import { invalidConfiguration } from "./configuration.js"

/** The error names the setting as an option and as a variable: `apiUrl`, `TMDB_API_URL`. */
const malformed = (kind: "API" | "web", what: string) =>
  invalidConfiguration(
    `The ${kind} URL (${kind.toLowerCase()}Url, TMDB_${kind.toUpperCase()}_URL) ${what}`,
    "Give an https: URL without user name, query or fragment"
  )

/**
 * A base URL without a trailing slash. The error does not contain the value, which
 * may hold a password.
 */
export const baseUrl = (kind: "API" | "web", value: string): Either.Either<string, InvalidConfiguration> => {
  if (!URL.canParse(value)) return malformed(kind, "is not a URL")
  const url = new URL(value)
  if (url.protocol !== "https:" && url.protocol !== "http:") return malformed(kind, "is not an https: URL")
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    return malformed(kind, "uses plain http:, which only a loopback host may use")
  }
  if (url.username !== "" || url.password !== "") return malformed(kind, "holds a user name or password")
  if (url.search !== "" || url.hash !== "") return malformed(kind, "holds a query or fragment")
  // Not `href`, which keeps the `?` or `#` of an empty query or fragment.
  return Either.right((url.origin + url.pathname).replace(/\/+$/, ""))
}

/** Half of a UTF-16 pair, which no URL can hold and at which `encodeURIComponent` throws. A range, since `\p{Surrogate}` would be looked up at each start. */
const loneSurrogate = /[\ud800-\udfff]/gu

/** Like `encodeURIComponent`, but for any text. A lone surrogate becomes U+FFFD, as in `URL`. */
export const encodeComponent = (text: string): string =>
  encodeURIComponent(text.replace(loneSurrogate, "\ufffd"))

/** `/`, `\`, `..` and their encodings would lead to another path, since TMDB's CDN decodes a path before it resolves it. */
const leadsElsewhere = /[/\\?#%\ud800-\udfff]|^\.{1,2}$/u

type Fields = Readonly<Record<string, string | undefined>>

/** Fills each `{name}` of a path, and returns the other fields as `rest`. A left says what is wrong, without the value. */
export const fillPath = (
  path: string,
  fields: Fields
): Either.Either<{ readonly path: string; readonly rest: Fields }, string> => {
  if (!path.includes("{")) return Either.right({ path, rest: fields })
  const rest = { ...fields }
  const refused: Array<string> = []
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = rest[name] ?? ""
    delete rest[name]
    if (value === "" || leadsElsewhere.test(value)) refused.push(name)
    return encodeComponent(value)
  })
  if (refused.length === 0) return Either.right({ path: filled, rest })
  return Either.left(`${refused.join(" and ")} must not be empty or lead to another path`)
}
