/** A sandbox for the tests that need a socket. */
import { type Listening, type ListenOptions, listen } from "@tmdb-session/sandbox/node"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/** A sandbox on a free port of loopback, until the scope ends. */
export const sandbox = (options: ListenOptions = {}): Effect.Effect<Listening, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.promise(() => listen(options)),
    (listening) => Effect.promise(() => listening.close())
  )
