/**
 * How a person is asked to approve a request token. An adapter implements it:
 * a browser and a callback on loopback, a popup, a redirect.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { Secret } from "./internal/secret.js"
import type { ApprovalFailed } from "./TmdbError.js"

/**
 * What is known of the person's decision. They approved or denied. Or they
 * closed the page, which counts as a refusal unless TMDB says otherwise. Or no
 * callback can come here, and only polling TMDB will tell.
 *
 * @since 0.1.0
 * @category models
 */
export type Outcome = "approved" | "denied" | "closed" | "unknown"

/**
 * A sign-in that waits for its approval: what `SignIn.complete` needs to finish
 * it, in another request or on another page. Encoded, it is plain JSON. It
 * holds the request token: keep it where only this person's browser can bring
 * it back.
 *
 * @example
 * import { Approval } from "@tmdb-session/core"
 * import { Schema } from "effect"
 *
 * const toJson = Schema.encodeSync(Schema.parseJson(Approval.Pending))
 * const fromJson = Schema.decodeUnknown(Schema.parseJson(Approval.Pending))
 *
 * @since 0.1.0
 * @category schemas
 */
export const Pending = Schema.Struct({
  version: Schema.Literal(3, 4),
  requestToken: Secret,
  /** When it expires, in milliseconds since 1970 on this machine's clock. */
  expiresAt: Schema.Number,
  /** The API that issued the token; no other is asked to exchange it. */
  apiUrl: Schema.String
})

/**
 * @see {@link Pending}
 * @since 0.1.0
 * @category models
 */
export type Pending = typeof Pending.Type

/**
 * A way to ask, ready before there is a token: the port is bound, the popup
 * open.
 *
 * @since 0.1.0
 * @category models
 */
export interface Prepared {
  /** The callback URL. Absent where no callback can come. */
  readonly redirectTo?: string | undefined
  /**
   * Shows `url` to the person and waits for what comes back. An approval that
   * leaves the page saves `pending` first and never returns.
   */
  readonly ask: (url: string, pending: Pending) => Effect.Effect<Outcome, ApprovalFailed>
}

/**
 * How a person is asked.
 *
 * @since 0.1.0
 * @category tags
 */
export class Approval extends Context.Tag("@tmdb-session/core/Approval")<
  Approval,
  { readonly prepare: Effect.Effect<Prepared, ApprovalFailed, Scope.Scope> }
>() {}

/**
 * Shows the URL by a function of the caller's, and polls TMDB for the approval.
 * For terminals, chat bots and televisions.
 *
 * @example
 * import { Approval } from "@tmdb-session/core"
 * import { Console } from "effect"
 *
 * const OnTheConsole = Approval.layerShow((url) => Console.log(`Approve at ${url}`))
 *
 * @since 0.1.0
 * @category layers
 */
export const layerShow = (show: (url: string) => Effect.Effect<void>): Layer.Layer<Approval> =>
  Layer.succeed(Approval, {
    prepare: Effect.succeed<Prepared>({ ask: (url) => Effect.as(show(url), "unknown") })
  })
