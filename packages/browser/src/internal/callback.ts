/** The callback in this page's address. */
import * as Callback from "@tmdb-session/core/Callback"

/**
 * Takes the callback out of the address bar, before an analytics script, a
 * referrer or the history can hold the request token. Nothing when this is no
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
