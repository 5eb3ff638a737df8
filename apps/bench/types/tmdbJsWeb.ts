import { TMDBWebAPI } from "tmdb-js-web"

export const signIn = async (apiKey: string): Promise<string> => {
  const { authentication } = new TMDBWebAPI({ apiKey }).v3
  const { request_token } = await authentication.createRequestToken()
  return (await authentication.createSession({ request_token })).session_id
}
