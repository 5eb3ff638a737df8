/** Runs the sandbox on a port. Every request token is approved when it is issued. */
import { listen } from "@tmdb-session/sandbox/node"
import { answer } from "./child.mjs"

answer(async () => {
  const { accessToken, apiKey, apiUrl, createSession, webUrl } = await listen({ autoApprove: 0 })
  return { accessToken, apiKey, apiUrl, webUrl, sessionId: createSession() }
})
