/** From what is known of the surroundings to a way to ask: a listener or none, a browser or none. */
import type * as Approval from "@tmdb-session/core/Approval"
import { ApprovalFailed } from "@tmdb-session/core/TmdbError"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as browser from "./browser.js"
import { bind, type Listener } from "./callback.js"
import type { Surroundings } from "./surroundings.js"

/** Opens a URL; `false` for nothing, absent for the system's browser. */
export type Open = ((url: string) => Effect.Effect<unknown, unknown>) | false | undefined

const notBound = (port: number, error: NodeJS.ErrnoException): ApprovalFailed =>
  new ApprovalFailed({
    operation: "signIn",
    what:
      error.code === "EADDRINUSE"
        ? `The port ${port} is in use on this machine`
        : `The port ${port} of 127.0.0.1 cannot be listened on`,
    next: "Choose another port, or leave it out for a free one"
  })

/**
 * Over SSH the person's browser is on another machine, and reaches a port of
 * this one only if SSH forwards it.
 */
const listener = (
  port: number | undefined,
  { remote }: Surroundings
): Effect.Effect<Listener | undefined, ApprovalFailed, Scope.Scope> =>
  remote && port === undefined
    ? Effect.succeed(undefined)
    : Effect.mapError(bind(port ?? 0), (error) => notBound(port ?? 0, error))

const opening = (
  open: Open,
  { opener }: Surroundings
): ((url: string) => Effect.Effect<unknown, unknown>) => {
  if (open === false) return () => Effect.void
  if (open !== undefined) return open
  return opener === undefined ? () => Effect.void : (url) => browser.open(opener, url)
}

/** A browser that does not open is no failure: the caller shows the URL, and the person can open it by hand. */
export const prepare = (
  surroundings: Surroundings,
  port: number | undefined,
  choice: Open
): Effect.Effect<Approval.Prepared, ApprovalFailed, Scope.Scope> =>
  Effect.map(listener(port, surroundings), (callback) => {
    const open = (url: string) => Effect.ignore(opening(choice, surroundings)(url))
    if (callback === undefined) return { ask: (url) => Effect.as(open(url), "unknown") }
    return {
      redirectTo: callback.redirectTo,
      ask: (url, pending) =>
        Effect.gen(function* () {
          const outcome = yield* Deferred.make<Approval.Outcome>()
          callback.expect(Redacted.value(pending.requestToken), (heard) =>
            Deferred.unsafeDone(outcome, Effect.succeed(heard))
          )
          // The opener may run until the browser is closed. The callback does not wait for it.
          return yield* Effect.raceFirst(Deferred.await(outcome), Effect.zipRight(open(url), Effect.never))
        })
    }
  })
