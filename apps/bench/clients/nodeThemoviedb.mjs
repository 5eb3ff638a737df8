import MovieDb from "node-themoviedb"
import { redirectHttps } from "./redirect.mjs"

/** @type {import("./client.mjs").Client} */
export const client = {
  name: "node-themoviedb",
  package: "node-themoviedb",
  make: ({ apiKey, apiUrl }) => {
    redirectHttps(apiUrl)
    // Its types do not include the authentication.
    const { authentication } = /** @type {any} */ (new MovieDb(apiKey))
    return {
      createSession: async (requestToken) =>
        (await authentication.createSession({ body: { request_token: requestToken } })).data,
      createRequestToken: async () => (await authentication.createRequestToken()).data.request_token
    }
  },
  sessionId: (session) => session.session_id
}
