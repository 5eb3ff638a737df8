/** The landing page's side of a pop-up. It knows nothing of Effect, so that the page that only lands stays tiny. */
import * as callback from "./callback.js"

export const channelName = "tmdb-session/popup"

/** What the landing page tells. */
export interface Message {
  readonly requestToken: string
  readonly outcome: "approved" | "denied"
}

export const isMessage = (data: unknown): data is Message =>
  typeof data === "object" && data !== null && "requestToken" in data && "outcome" in data

/**
 * What the landing page calls, first of all: takes the request token out of
 * the address bar, tells the page that asked, and closes the window. Where the
 * browser does not let it close, what it returns says what to show.
 *
 * @example
 * import { landing } from "@tmdb-session/browser/PopupApproval"
 *
 * const words = { approved: "You can close this window.", denied: "Not signed in.", unknown: "Nothing to do." }
 * document.body.textContent = words[landing()]
 *
 * @since 0.1.0
 * @category operations
 */
export const landing = (): "approved" | "denied" | "unknown" => {
  const query = callback.take()?.searchParams
  const requestToken = query?.get("request_token")
  const outcome = query?.get("denied") === "true" ? "denied" : "approved"
  if (typeof requestToken === "string") {
    const channel = new BroadcastChannel(channelName)
    channel.postMessage({ requestToken, outcome } satisfies Message)
    channel.close()
  }
  window.close()
  return typeof requestToken === "string" ? outcome : "unknown"
}
