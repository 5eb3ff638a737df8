import { TMDB } from "@lorenzopant/tmdb"
import { redirectFetch } from "./redirect.mjs"

/** @type {import("./client.mjs").Client} */
export const client = {
  name: "@lorenzopant/tmdb",
  package: "@lorenzopant/tmdb",
  make: ({ accessToken, apiUrl }) => {
    redirectFetch(apiUrl)
    const tmdb = new TMDB(accessToken)
    return {
      createSession: (requestToken) => tmdb.authentication.create_session({ request_token: requestToken }),
      createRequestToken: async () => (await tmdb.authentication.create_request_token()).request_token
    }
  },
  sessionId: (session) => session.session_id
}
