/**
 * The operations as promises, for people who do not use Effect.
 *
 * @since 0.1.0
 */
import * as PromiseClient from "@tmdb-session/core/PromiseClient"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as RedirectApproval from "./RedirectApproval.js"
import * as TmdbClientBrowser from "./TmdbClientBrowser.js"

/**
 * How the operations are made.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options
  extends Pick<
    TmdbClientBrowser.Options,
    | "accessToken"
    | "apiKey"
    | "apiUrl"
    | "webUrl"
    | "timeout"
    | "retry"
    | "proxy"
    | "fetch"
    | "dangerouslyAllowBrowser"
  > {}

/**
 * The operations as promises, with one that finishes a sign-in by redirect.
 *
 * @since 0.1.0
 * @category models
 */
export interface PromiseClientBrowser extends PromiseClient.PromiseClient {
  /**
   * Finishes a sign-in on the return page. Call it first there. `undefined` where
   * `RedirectApproval.resume` returns `None`, and rejects as that fails.
   */
  readonly resumeSignIn: (
    options?: PromiseClient.CallOptions
  ) => Promise<PromiseClient.PlainSignedIn | undefined>
}

/**
 * Makes the operations. The client is created by the first call.
 *
 * Each call rejects with the typed error itself (`instanceof` and `_tag` work), or
 * with the signal's reason when it is aborted. `signIn` leaves the page for TMDB's,
 * and `resumeSignIn` finishes the sign-in on the return page. Pass another
 * `approval`, such as `PopupApproval.layer`, to stay on the page.
 *
 * @example
 * import { createTmdbClient } from "@tmdb-session/browser/promise"
 *
 * const tmdb = createTmdbClient({ apiUrl: "/tmdb" })
 * const signedIn = await tmdb.resumeSignIn()
 * document.querySelector("button")?.addEventListener("click", () => tmdb.signIn())
 *
 * @since 0.1.0
 * @category constructors
 */
export const createTmdbClient = (options: Options): PromiseClientBrowser =>
  PromiseClient.make(TmdbClientBrowser.layer(options), RedirectApproval.layer(), (run) => ({
    resumeSignIn: (options) =>
      run(
        Effect.map(RedirectApproval.resume, (signedIn) =>
          Option.getOrUndefined(Option.map(signedIn, PromiseClient.plainSignedIn))
        ),
        options
      )
  }))
