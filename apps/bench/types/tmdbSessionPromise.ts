import { createTmdbClient } from "@tmdb-session/node/promise"

export const signIn = async (accessToken: string): Promise<string> => {
  const tmdb = createTmdbClient({ accessToken })
  const { sessionId } = await tmdb.signIn()
  return (await tmdb.accountDetails(sessionId)).username
}
