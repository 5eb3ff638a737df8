/**
 * Cases in which TMDB's answer is not known. Each has a likely guess here, and
 * an option to choose another.
 */

/**
 * Answers that no recording shows. The defaults are in `likeliest`.
 *
 * @example
 * ```ts
 * import { makeSandbox } from "@tmdb-session/sandbox"
 *
 * const sandbox = makeSandbox({ unknowns: { deleteUnknownSession: 37 } })
 * ```
 *
 * @since 0.1.0
 * @category options
 */
export interface Unknowns {
  /** `session/new` without a `request_token` in its JSON: 17 is what any other invalid token gets. */
  readonly sessionWithoutToken: 5 | 17 | 33 | 47
  /** `session/new` with a body that is not JSON or is not sent as JSON: 5 is what a rating was seen to get. */
  readonly sessionWithoutJson: 5 | 17 | 47
  /** `DELETE /3/authentication/session` with an id that is no session. */
  readonly deleteUnknownSession: 6 | 34 | 37
  /** `session/convert/4` with a value that is not a user's access token. */
  readonly convertBadToken: 3 | 35
  /** `POST /4/auth/access_token` with a token that is unknown, expired or used. */
  readonly badRequestTokenV4: 33 | 35 | 41
  /** `DELETE /4/auth/access_token` with an unknown token. */
  readonly deleteUnknownAccessToken: 6 | 34 | 35
  /** The status code of a successful `DELETE /4/auth/access_token`. */
  readonly deletedAccessToken: 1 | 13
  /** Which error `validate_with_login` reports when both the token and the login are wrong. */
  readonly loginComplaint: "token" | "credentials"
  /** Whether `validate_with_login` restarts the token's hour. */
  readonly loginMovesExpiry: boolean
  /** `GET /3/authentication`: 16 bytes as recorded in 2026, or what the documentation shows. */
  readonly validateKeyBody: "recorded" | "documented"
  /** A known path with a method that it does not have. */
  readonly wrongMethod: 34 | 42
  /** Whether v4's page adds `request_token` and `approved` to `redirect_to`, as v3's does. */
  readonly redirectQueryV4: boolean
  /** The ratings of a guest session that has none: 34 (404) was seen until early 2026, 11 (500) in April 2026; or an empty page. */
  readonly guestWithoutRatings: 11 | 34 | "empty"
  /** The body for a suspended key: as last seen, in 2016, or in the shape that code 7 has today. */
  readonly suspendedKeyBody: "seen" | "likeInvalidKey"
  /** The body of a rate limit: that of the limiter TMDB has published, or the shape of the app's other failures. */
  readonly rateLimitBody: "limiter" | "app"
}

/**
 * The defaults of `Unknowns`.
 *
 * @example
 * ```ts
 * import { likeliest } from "@tmdb-session/sandbox/Unknowns"
 *
 * likeliest.deleteUnknownSession // 6
 * ```
 *
 * @since 0.1.0
 * @category options
 */
export const likeliest: Unknowns = {
  sessionWithoutToken: 17,
  sessionWithoutJson: 5,
  deleteUnknownSession: 6,
  convertBadToken: 35,
  badRequestTokenV4: 33,
  deleteUnknownAccessToken: 35,
  deletedAccessToken: 13,
  loginComplaint: "token",
  loginMovesExpiry: false,
  validateKeyBody: "recorded",
  wrongMethod: 34,
  redirectQueryV4: true,
  guestWithoutRatings: 34,
  suspendedKeyBody: "seen",
  rateLimitBody: "limiter"
}
