/**
 * Asks a person in their browser, and hears of it through a callback on
 * loopback.
 *
 * Where no browser can be opened (in CI, in a container, without a display)
 * none is, and the listener is there all the same: the caller shows the URL.
 * Over SSH the person's browser is on another machine and would not reach a
 * free port of this one, so without a given `port` (to be forwarded) there is
 * no listener, and asking TMDB alone tells.
 *
 * @since 0.1.0
 */
import * as Approval from "@tmdb-session/core/Approval"
import { ApprovalFailed } from "@tmdb-session/core/TmdbError"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as browser from "./internal/browser.js"
import { bind, type Callback } from "./internal/callback.js"
import { decide, facts, type Surroundings } from "./internal/surroundings.js"

/**
 * How the person is asked.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The port of 127.0.0.1 that is come back to; a free one unless given. Give one that SSH forwards. */
  readonly port?: number | undefined
  /**
   * Opens the URL, in place of the system's browser; `false` opens nothing.
   * That it fails does not end the sign-in: the URL can be opened by hand.
   */
  readonly open?: ((url: string) => Effect.Effect<void, unknown>) | false | undefined
}

const notBound = (port: number, error: NodeJS.ErrnoException): ApprovalFailed =>
  new ApprovalFailed({
    operation: "signIn",
    what:
      error.code === "EADDRINUSE"
        ? `The port ${port} is in use on this machine`
        : `The port ${port} of 127.0.0.1 cannot be listened on`,
    next: "Choose another port, or leave it out for a free one"
  })

const listener = (
  port: number | undefined,
  { remote }: Surroundings
): Effect.Effect<Callback | undefined, ApprovalFailed, Scope.Scope> =>
  remote && port === undefined
    ? Effect.succeed(undefined)
    : Effect.mapError(bind(port ?? 0), (error) => notBound(port ?? 0, error))

const opening = (open: Options["open"], { opener }: Surroundings) => {
  if (open !== undefined) return open === false ? () => Effect.void : open
  return opener === undefined ? () => Effect.void : (url: string) => browser.open(opener, url)
}

const prepare = (options: Options): Effect.Effect<Approval.Prepared, ApprovalFailed, Scope.Scope> =>
  Effect.gen(function* () {
    const surroundings = decide(facts())
    const open = opening(options.open, surroundings)
    const callback = yield* listener(options.port, surroundings)
    if (callback === undefined) return { ask: (url) => Effect.as(Effect.ignore(open(url)), "unknown") }
    return {
      redirectTo: callback.redirectTo,
      ask: (url, pending) =>
        Effect.gen(function* () {
          const outcome = yield* Deferred.make<Approval.Outcome>()
          callback.expect(Redacted.value(pending.requestToken), (heard) =>
            Deferred.unsafeDone(outcome, Effect.succeed(heard))
          )
          yield* Effect.ignore(open(url))
          return yield* Deferred.await(outcome)
        })
    }
  })

/**
 * Opens a URL in the system's browser: what `layer` does by itself, for who
 * wants to know that it failed. Fails with `ApprovalFailed` where there is no
 * browser, and for a URL that is neither `https:` nor on loopback.
 *
 * @example
 * import { LoopbackApproval } from "@tmdb-session/node"
 * import { Console, Effect } from "effect"
 *
 * const Ask = LoopbackApproval.layer({
 *   open: (url) =>
 *     LoopbackApproval.openBrowser(url).pipe(Effect.tapError((error) => Console.error(error.message)))
 * })
 *
 * @since 0.1.0
 * @category operations
 */
export const openBrowser = (url: string): Effect.Effect<void, ApprovalFailed> =>
  Effect.suspend(() => {
    const { opener } = decide(facts())
    if (opener !== undefined) return browser.open(opener, url)
    return new ApprovalFailed({
      operation: "signIn",
      what: "There is no browser to open here",
      next: "Open the URL on a device that has one"
    })
  })

/**
 * Asks in the browser, with a callback on loopback. Fails with
 * `ApprovalFailed`, once signing in begins, when the port cannot be bound.
 *
 * @example
 * import { LoopbackApproval, SignIn } from "@tmdb-session/node"
 * import { Effect } from "effect"
 *
 * const signedIn = SignIn.signIn().pipe(Effect.provide(LoopbackApproval.layer({ port: 8765 })))
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options = {}): Layer.Layer<Approval.Approval> =>
  Layer.succeed(Approval.Approval, { prepare: prepare(options) })
