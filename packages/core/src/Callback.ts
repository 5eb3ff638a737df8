/**
 * The query that TMDB's site adds to the URL it sends a person back to. TMDB
 * documents none of it, so only a plain denial and another sign-in's request
 * token count.
 *
 * This module does not import Effect, so a landing page stays tiny.
 *
 * @since 0.1.0
 */
import { equal } from "./internal/equal.js"

/**
 * The names of the query parameters that TMDB adds.
 *
 * @since 0.1.0
 * @category constants
 */
export const parameters: ReadonlyArray<string> = ["request_token", "approved", "denied"]

/**
 * What the person decided, according to the query. `"approved"` proves nothing:
 * only TMDB can confirm it.
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
 * Whether a callback may belong to the sign-in of a request token. It does not
 * when it carries another token.
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
