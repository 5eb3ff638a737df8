/** What TMDB's site adds to the address that a person comes back to. */

const parameters = ["request_token", "approved", "denied"] as const

/**
 * Takes the callback out of the address bar, before anything else (a script of
 * analytics, a link's referrer, the history) can read the request token there.
 * Nothing when this is no callback.
 */
export const take = (): URL | undefined => {
  const callback = new URL(location.href)
  if (!callback.searchParams.has("request_token")) return undefined
  const clean = new URL(callback)
  for (const parameter of parameters) clean.searchParams.delete(parameter)
  history.replaceState(history.state, "", clean)
  return callback
}
