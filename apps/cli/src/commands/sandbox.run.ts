/** `sandbox`: a TMDB of one's own on a loopback port, to try everything without an account. */
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
              // A moment later, so that whoever watches sees what waiting looks like.
              ...(autoApprove === true ? { autoApprove: "1 second" as const } : {})
            }),
          catch: (cause) => inUse(port, cause)
        }),
        (server) => Effect.promise(() => server.close())
      )
      yield* sayDone(`The sandbox stands in for TMDB at ${listening.apiUrl}. Ctrl-C ends it.`)
      yield* note("In another terminal, point the command at it:")
      yield* print(`export TMDB_API_URL=${listening.apiUrl}`)
      yield* print(`export TMDB_WEB_URL=${listening.webUrl}`)
      yield* print(`export TMDB_ACCESS_TOKEN=${listening.accessToken}`)
      for (const user of listening.users) {
        yield* note(`User: ${user.username}, password: ${user.password}`)
      }
      yield* Effect.never
    })
  )
