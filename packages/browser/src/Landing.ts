/**
 * The landing page's side of a pop-up. It knows nothing of Effect, so that a
 * page that only lands stays tiny.
 *
 * @since 0.1.0
 */
import * as Callback from "@tmdb-session/core/Callback"
import * as callback from "./internal/callback.js"
import { channelName, type Message } from "./internal/channel.js"

/** Tells the page that asked what came back. */
const tell = (query: URLSearchParams): Message["outcome"] => {
  const outcome = Callback.outcome(query)
  const channel = new BroadcastChannel(channelName)
  channel.postMessage({ requestToken: query.get("request_token") ?? "", outcome } satisfies Message)
  channel.close()
  return outcome
}

/**
 * The landing page calls this first. It takes the request token out of the
 * address bar, tells the page that asked, and closes the window. If the browser
 * does not let it close, the result says what to show.
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
  const come = callback.take()
  const outcome = come === undefined ? "unknown" : tell(come.searchParams)
  window.close()
  return outcome
}
