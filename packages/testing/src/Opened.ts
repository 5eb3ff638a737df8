/** What a test opens, and closes when it ends: a sandbox on a socket, a server, a client. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

interface Closable {
  readonly close: () => Promise<unknown>
}

/** What `open` resolves with, until the scope ends. */
export const opened = <A extends Closable>(open: () => Promise<A>): Effect.Effect<A, never, Scope.Scope> =>
  Effect.acquireRelease(Effect.promise(open), (held) => Effect.promise(() => held.close()))
