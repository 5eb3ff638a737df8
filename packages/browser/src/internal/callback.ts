/** The callback in this page's address. */
import * as Callback from "@tmdb-session/core/Callback"

/**
 * Takes the callback out of the address bar, before anything else (a script of
 * analytics, a link's referrer, the history) can read the request token there.
 * Nothing when this is no callback.
 */
export const take = (): URL | undefined => {
  const callback = new URL(location.href)
  if (!callback.searchParams.has("request_token")) return undefined
  const clean = new URL(callback)
  for (const parameter of Callback.parameters) clean.searchParams.delete(parameter)
  history.replaceState(history.state, "", clean)
  return callback
}
