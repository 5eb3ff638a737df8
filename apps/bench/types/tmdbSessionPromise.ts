import { createTmdbSession } from "@tmdb-session/node/promise"

export const signIn = async (accessToken: string): Promise<string> => {
  const tmdb = createTmdbSession({ accessToken })
  const { sessionId } = await tmdb.signIn()
  return (await tmdb.details(sessionId)).username
}
