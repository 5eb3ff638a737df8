/** Prepares a way to ask that suits the surroundings: with a listener or not, with a browser or not. */
import type * as Approval from "@tmdb-session/core/Approval"
import { ApprovalFailed } from "@tmdb-session/core/TmdbError"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as browser from "./browser.js"
import { bind, type Listener } from "./callback.js"
import type { Surroundings } from "./surroundings.js"

/** Opens a URL. `false` opens nothing. Absent means the system's browser. */
export type Open = ((url: string) => Effect.Effect<unknown, unknown>) | false | undefined

const notBound = (port: number, error: NodeJS.ErrnoException): ApprovalFailed =>
  new ApprovalFailed({
    operation: "signIn",
    what:
      error.code === "EADDRINUSE"
        ? `The port ${port} is in use on this machine`
        : `The port ${port} of 127.0.0.1 cannot be used`,
    next: "Choose another port, or leave it out to use a free one"
  })

/** Over SSH the person's browser is on another machine. It reaches only a port that is forwarded, so one must be given. */
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

/** If no browser opens, the sign-in goes on: the app shows the URL, and the person opens it. */
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
          // `open` may run until the browser is closed. The callback does not wait for it.
          return yield* Effect.raceFirst(Deferred.await(outcome), Effect.zipRight(open(url), Effect.never))
        })
    }
  })
