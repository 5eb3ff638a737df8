/**
 * Where a person is sent after deciding. `redirect_to` comes from whoever made
 * the link, so it is taken apart before a browser is pointed at it.
 */

/** Schemes that run or read something instead of leading somewhere. */
const REFUSED = new Set([
  "about:",
  "blob:",
  "chrome:",
  "data:",
  "file:",
  "filesystem:",
  "intent:",
  "javascript:",
  "resource:",
  "vbscript:",
  "view-source:"
])

const PLAIN_ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9.:[\]-]+$/

export interface Destination {
  /** As it may stand in a Content-Security-Policy; missing when it has no place there. */
  readonly source: string | undefined
  readonly with: (query: string) => string
  readonly href: string
}

/** An app's own scheme and any http(s) address will do; what is not a URL or could run will not. */
export const destination = (redirectTo: string): Destination | undefined => {
  if (!URL.canParse(redirectTo)) return undefined
  const url = new URL(redirectTo)
  if (REFUSED.has(url.protocol) || url.username !== "" || url.password !== "") return undefined
  const web = url.protocol === "http:" || url.protocol === "https:"
  const source = web ? url.origin : url.protocol
  return {
    source: web && !PLAIN_ORIGIN.test(source) ? undefined : source,
    href: url.href,
    with: (query) => {
      const changed = new URL(url)
      changed.search = changed.search === "" ? query : `${changed.search}&${query}`
      return changed.href
    }
  }
}
