/**
 * Asks a person in their browser, and receives the callback on loopback.
 *
 * In CI, in a container or without a display no browser is opened, but the listener
 * waits: the caller shows the URL. Over SSH the person's browser is on another
 * machine, which cannot reach a free port of this one. Without a `port` that SSH
 * forwards there is no listener, and only TMDB is asked.
 *
 * @since 0.1.0
 */
import * as Approval from "@tmdb-session/core/Approval"
import { ApprovalFailed } from "@tmdb-session/core/TmdbError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { prepare } from "./internal/asking.js"
import * as browser from "./internal/browser.js"
import { decide, facts } from "./internal/surroundings.js"

/**
 * How the person is asked.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The port of 127.0.0.1 for the callback. A free one by default. Over SSH, give a port that is forwarded. */
  readonly port?: number | undefined
  /**
   * Opens the URL instead of the system's browser. `false` opens nothing. If it
   * fails, the sign-in goes on: the person can open the URL themselves.
   */
  readonly open?: ((url: string) => Effect.Effect<unknown, unknown>) | false | undefined
}

/**
 * Opens a URL in the system's browser, as `layer` does by itself. It is for an app
 * that wants to know whether the browser opened.
 *
 * Fails with `ApprovalFailed` when there is no browser or it cannot be started, and
 * when the URL is neither `https:` nor on loopback.
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
 * Asks in the browser, with a callback on loopback. The sign-in fails with
 * `ApprovalFailed` at its start when the port cannot be bound.
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
  Layer.succeed(Approval.Approval, {
    prepare: Effect.suspend(() => prepare(decide(facts()), options.port, options.open))
  })
