/** What most people write by hand. The other clients are compared with it. */
/** @type {import("./client.mjs").Client} */
export const client = {
  name: "fetch",
  make: ({ accessToken, apiUrl }) => {
    const headers = { authorization: `Bearer ${accessToken}`, "content-type": "application/json" }
    const call = async (method, path, body) => {
      const answer = await fetch(apiUrl + path, { method, headers, body })
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`)
      return answer.json()
    }
    return {
      createSession: (requestToken) =>
        call("POST", "/3/authentication/session/new", JSON.stringify({ request_token: requestToken })),
      createRequestToken: async () => (await call("GET", "/3/authentication/token/new")).request_token
    }
  },
  sessionId: (session) => session.session_id
}
