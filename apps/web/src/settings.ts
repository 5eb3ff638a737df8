/** The site's settings, from `settings.json` beside the page. The operator of the site may change it. */

export interface Settings {
  /** The URL of the proxy that adds the credential. It may be relative to the page. */
  readonly apiUrl: string
  /** The address of TMDB's site, where a person approves. */
  readonly webUrl: string
  /** The URL of a picture, with `{hash}` in place of the Gravatar hash. */
  readonly gravatarUrl: string
}

export const readSettings = async (): Promise<Settings> => {
  const response = await fetch("settings.json", { credentials: "omit" })
  if (!response.ok) throw new Error("settings.json is missing")
  return response.json()
}
