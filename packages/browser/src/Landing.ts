/**
 * The landing page's side of a pop-up. It knows nothing of Effect, so that a
 * page that only lands stays tiny.
 *
 * @since 0.1.0
 */
import * as callback from "./internal/callback.js"
import { channelName, type Message } from "./internal/channel.js"

/**
 * What the landing page calls, first of all: takes the request token out of
 * the address bar, tells the page that asked, and closes the window. Where the
 * browser does not let it close, what it returns says what to show.
 *
 * @example
 * import { landing } from "@tmdb-session/browser/Landing"
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
