import { MovieDb } from "moviedb-promise"

export const signIn = async (apiKey: string): Promise<string> => {
  const tmdb = new MovieDb(apiKey)
  await tmdb.requestToken()
  return tmdb.retrieveSession()
}
