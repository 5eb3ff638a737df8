import { TMDB } from "@lorenzopant/tmdb"

export const signIn = async (accessToken: string): Promise<string> => {
  const tmdb = new TMDB(accessToken)
  const { request_token } = await tmdb.authentication.create_request_token()
  return (await tmdb.authentication.create_session({ request_token })).session_id
}
