/**
 * What TMDB's site adds to the address that it sends a person back to. TMDB
 * documents none of it, so only a plain refusal and a foreign request token
 * count.
 *
 * This module needs nothing of Effect, so that a page that only lands stays tiny.
 *
 * @since 0.1.0
 */
import { equal } from "./internal/equal.js"

/**
 * The names of what TMDB adds to the query.
 *
 * @since 0.1.0
 * @category constants
 */
export const parameters: ReadonlyArray<string> = ["request_token", "approved", "denied"]

/**
 * What the person said, as far as the query tells. `"approved"` proves nothing:
 * TMDB has the last word.
 *
 * @example
 * import { Callback } from "@tmdb-session/core"
 *
 * const outcome = Callback.outcome(new URLSearchParams("?request_token=1531f1a5&denied=true")) // "denied"
 *
 * @since 0.1.0
 * @category getters
 */
export const outcome = (query: URLSearchParams): "approved" | "denied" =>
  query.get("denied") === "true" ? "denied" : "approved"

/**
 * Whether a callback may belong to the sign-in of a request token: one that
 * carries another token is someone else's.
 *
 * @example
 * import { Callback } from "@tmdb-session/core"
 *
 * const isOurs = (url: URL, issued: string) => Callback.isFor(url.searchParams, issued)
 *
 * @since 0.1.0
 * @category predicates
 */
export const isFor = (query: URLSearchParams, requestToken: string): boolean =>
  query.getAll("request_token").every((returned) => equal(returned, requestToken))
