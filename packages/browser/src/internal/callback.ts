/** The callback in this page's URL. */
import * as Callback from "@tmdb-session/core/Callback"

/**
 * Takes the callback out of the address bar, so that analytics, a link's referrer or
 * the history cannot keep the request token. `undefined` when the URL is not a
 * callback.
 */
export const take = (): URL | undefined => {
  const callback = new URL(location.href)
  if (!callback.searchParams.has("request_token")) return undefined
  const clean = new URL(callback)
  for (const parameter of Callback.parameters) clean.searchParams.delete(parameter)
  history.replaceState(history.state, "", clean)
  return callback
}
