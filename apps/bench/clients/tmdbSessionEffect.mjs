import { Authentication, layer } from "@tmdb-session/node"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"

/** @type {import("./client.mjs").Client} */
export const client = {
  name: "tmdb-session, Effect",
  package: "@tmdb-session/node",
  ours: true,
  make: ({ accessToken, apiUrl }) => {
    const runtime = ManagedRuntime.make(layer({ accessToken, apiUrl }))
    const run = async (effect) => {
      const exit = await runtime.runPromiseExit(effect)
      if (Exit.isSuccess(exit)) return exit.value
      throw Cause.squash(exit.cause)
    }
    return {
      createSession: (requestToken) => run(Authentication.createSession(requestToken)),
      createRequestToken: () =>
        run(Effect.map(Authentication.createRequestToken(), (token) => Redacted.value(token.requestToken))),
      createSessions: (requestToken, calls, inFlight) =>
        run(
          Effect.forEach(
            Array.from({ length: inFlight }),
            () => Effect.repeatN(Authentication.createSession(requestToken), calls / inFlight - 1),
            { concurrency: "unbounded", discard: true }
          )
        )
    }
  },
  sessionId: (session) => Redacted.value(session.sessionId)
}
