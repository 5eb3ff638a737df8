/** Shows what is stored and where, but never a whole session id. */
import { byId } from "./page.js"

/** The first few characters, enough to tell two sessions apart. */
const hint = (secret: string): string => `${secret.slice(0, 4)}…`

const read = (area: "localStorage" | "sessionStorage", key: string): Record<string, unknown> | undefined => {
  try {
    const text = globalThis[area].getItem(key)
    return text === null ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

const session = (area: "localStorage" | "sessionStorage"): string | undefined => {
  const sessionId = read(area, "tmdb-session/default")?.["sessionId"]
  return typeof sessionId === "string" ? `Session ${hint(sessionId)}` : undefined
}

const pending = (): string | undefined =>
  read("sessionStorage", "tmdb-session/~pending") === undefined ? undefined : "A sign-in under way"

/** Shows what is stored now. */
export const showStored = (guestSessionId: string | undefined): void => {
  byId("stored-local").textContent = session("localStorage") ?? "Nothing"
  byId("stored-session").textContent = session("sessionStorage") ?? pending() ?? "Nothing"
  byId("stored-memory").textContent =
    guestSessionId === undefined ? "Nothing" : `Guest session ${hint(guestSessionId)}`
}
