/** Where TMDB is, for this site: `settings.json` beside the page, which whoever puts it up may change. */

export interface Settings {
  /** The proxy that adds the credential; relative to the page or not. */
  readonly apiUrl: string
  /** Where a person approves. */
  readonly webUrl: string
  /** A picture by its Gravatar hash, which takes the place of `{hash}`. */
  readonly gravatarUrl: string
}

export const readSettings = async (): Promise<Settings> => {
  const response = await fetch("settings.json", { credentials: "omit" })
  if (!response.ok) throw new Error("settings.json is missing")
  return response.json()
}
