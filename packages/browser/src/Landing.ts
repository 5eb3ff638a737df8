/**
 * What the landing page of a pop-up does. This module does not import Effect, so a
 * landing page stays tiny.
 *
 * @since 0.1.0
 */
import * as Callback from "@tmdb-session/core/Callback"
import * as callback from "./internal/callback.js"
import { channelName, type Message } from "./internal/channel.js"

const tell = (query: URLSearchParams): Message["outcome"] => {
  const outcome = Callback.outcome(query)
  const channel = new BroadcastChannel(channelName)
  channel.postMessage({ requestToken: query.get("request_token") ?? "", outcome } satisfies Message)
  channel.close()
  return outcome
}

/**
 * Call it first on the landing page. It removes the request token from the address
 * bar, sends the outcome to the page that opened the pop-up, and closes the window.
 * If the window stays open, show a text for the outcome that it returns. `"unknown"`
 * means that there was no callback.
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
