/**
 * Where a person is sent after the decision. Anyone can make a link with a
 * `redirect_to`, so it is checked before a browser is sent there.
 */

/** Schemes that run code or read something local. */
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
  /** The source for a Content-Security-Policy; absent if it cannot be written there. */
  readonly source: string | undefined
  readonly with: (query: string) => string
  readonly href: string
}

/** Any http(s) address and an app's own scheme are allowed. What is not a URL, holds a password or could run code is not. */
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
