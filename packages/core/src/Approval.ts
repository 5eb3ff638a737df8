/**
 * How a person is asked to approve a request token. An adapter implements it,
 * by a browser and a callback on loopback, a pop-up or a redirect.
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
 * What the person decided, as far as it is known.
 *
 * - `"approved"` and `"denied"`: a callback said so.
 * - `"closed"`: they closed the page that asked them. It counts as denied unless
 *   TMDB says otherwise.
 * - `"unknown"`: no callback can arrive, so only TMDB can tell.
 *
 * @since 0.1.0
 * @category models
 */
export type Outcome = "approved" | "denied" | "closed" | "unknown"

/**
 * A sign-in that waits for its approval. `SignIn.complete` needs it to finish
 * the sign-in in another request or on another page. Encoded, it is plain JSON.
 * It holds the request token: keep it where only this person's browser can bring
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
  /** When the token expires, in milliseconds since 1970 on this machine's clock. */
  expiresAt: Schema.Number,
  /** The API that issued the token. The token is sent to no other. */
  apiUrl: Schema.String
})

/**
 * @see {@link Pending}
 * @since 0.1.0
 * @category models
 */
export type Pending = typeof Pending.Type

/**
 * A way to ask that is ready before there is a request token: its port is bound,
 * or its pop-up is open.
 *
 * @since 0.1.0
 * @category models
 */
export interface Prepared {
  /** Where TMDB sends the person afterwards. Absent where no callback can arrive. */
  readonly redirectTo?: string | undefined
  /**
   * Shows `url` to the person and waits for the outcome. An approval that leaves
   * the page saves `pending` first.
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
 * Passes the URL to `show`, and asks only TMDB whether the person approved. For
 * terminals, chat bots and televisions.
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
