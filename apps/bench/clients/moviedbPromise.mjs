import { MovieDb } from "moviedb-promise"

/** With its limit of 50 requests a second, only the limit would be measured. */
const unlimited = Number.POSITIVE_INFINITY

/** @type {import("./client.mjs").Client} */
export const client = {
  name: "moviedb-promise",
  package: "moviedb-promise",
  make: ({ apiKey, apiUrl }) => {
    const tmdb = new MovieDb(apiKey, `${apiUrl}/3/`, unlimited)
    return {
      createSession: (requestToken) => {
        // It takes the token from its own field. Without one it would ask TMDB for one.
        Object.assign(tmdb, { token: { request_token: requestToken, expires_at: "2999-01-01 00:00:00 UTC" } })
        return tmdb.retrieveSession()
      },
      createRequestToken: async () => (await tmdb.requestToken()).request_token
    }
  },
  sessionId: (session) => session
}
