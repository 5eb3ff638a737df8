import { request } from "undici"

/** The least that a program can do: no timeout, no retry, and no check except the status. */
/** @type {import("./client.mjs").Client} */
export const client = {
  name: "undici.request",
  package: "undici",
  make: ({ accessToken, apiUrl }) => {
    const headers = { authorization: `Bearer ${accessToken}`, "content-type": "application/json" }
    const call = async (method, path, body) => {
      const answer = await request(apiUrl + path, { method, headers, body })
      if (answer.statusCode !== 200) throw new Error(`HTTP ${answer.statusCode}`)
      return answer.body.json()
    }
    return {
      createSession: (requestToken) =>
        call("POST", "/3/authentication/session/new", JSON.stringify({ request_token: requestToken })),
      createRequestToken: async () =>
        /** @type {any} */ (await call("GET", "/3/authentication/token/new")).request_token
    }
  },
  sessionId: (session) => session.session_id
}
