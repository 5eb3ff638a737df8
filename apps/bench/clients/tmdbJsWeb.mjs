import { TMDBWebAPI } from "tmdb-js-web"
import { redirectFetch } from "./redirect.mjs"

/** @type {import("./client.mjs").Client} */
export const client = {
  name: "tmdb-js-web",
  package: "tmdb-js-web",
  make: ({ apiKey, apiUrl }) => {
    redirectFetch(apiUrl)
    const { authentication } = new TMDBWebAPI({ apiKey }).v3
    return {
      createSession: (requestToken) => authentication.createSession({ request_token: requestToken }),
      createRequestToken: async () => (await authentication.createRequestToken()).request_token
    }
  },
  sessionId: (session) => session.session_id
}
