import { createTmdbClient } from "@tmdb-session/node/promise"

/** @type {import("./client.mjs").Client} */
export const client = {
  name: "tmdb-session, Promise",
  package: "@tmdb-session/node",
  ours: true,
  make: ({ accessToken, apiUrl }) => {
    const tmdb = createTmdbClient({ accessToken, apiUrl })
    return {
      createSession: (requestToken) => tmdb.createSession(requestToken),
      createRequestToken: async () => (await tmdb.createRequestToken()).requestToken
    }
  },
  sessionId: (session) => session.sessionId
}
