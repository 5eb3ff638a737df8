/** The sandbox on a port, where nobody has to be asked: every request token is approved as it is issued. */
import { listen } from "@tmdb-session/sandbox/node"
import { answer } from "./child.mjs"

answer(async () => {
  const { accessToken, apiKey, apiUrl, createSession, webUrl } = await listen({ autoApprove: 0 })
  return { accessToken, apiKey, apiUrl, webUrl, sessionId: createSession() }
})
