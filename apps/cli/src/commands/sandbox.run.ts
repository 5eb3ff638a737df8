/** `sandbox`: runs a stand-in for TMDB on a loopback port, to try everything without an account. */
import { listen } from "@tmdb-session/sandbox/node"
import * as Effect from "effect/Effect"
import type { Command } from "../Command.js"
import { UsageError } from "../Failure.js"
import { note, print, sayDone } from "../Terminal.js"

export interface Options {
  readonly port?: number | undefined
  readonly autoApprove?: boolean | undefined
}

const inUse = (port: number | undefined, cause: unknown): UsageError => {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown error"
  return new UsageError({
    message: `The sandbox cannot listen on port ${port ?? 0} (${code}). Choose another with --port.`
  })
}

export const run = (options: Options): Command =>
  Effect.scoped(
    Effect.gen(function* () {
      const { autoApprove, port } = options
      const listening = yield* Effect.acquireRelease(
        Effect.tryPromise({
          try: () =>
            listen({
              ...(port === undefined ? {} : { port }),
              // After a moment, so that a person can see the waiting.
              ...(autoApprove === true ? { autoApprove: "1 second" as const } : {})
            }),
          catch: (cause) => inUse(port, cause)
        }),
        (server) => Effect.promise(() => server.close())
      )
      yield* sayDone(`The sandbox stands in for TMDB at ${listening.apiUrl}. Press Ctrl-C to stop it.`)
      yield* note("To use it, run this in another terminal:")
      yield* print(`export TMDB_API_URL=${listening.apiUrl}`)
      yield* print(`export TMDB_WEB_URL=${listening.webUrl}`)
      yield* print(`export TMDB_ACCESS_TOKEN=${listening.accessToken}`)
      for (const user of listening.users) {
        yield* note(`User: ${user.username}, password: ${user.password}`)
      }
      yield* Effect.never
    })
  )
