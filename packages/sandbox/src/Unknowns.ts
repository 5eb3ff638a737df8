/**
 * What TMDB was never seen to answer. Each is a guess at the likeliest, in one
 * place, and an option for whoever knows better.
 */

/**
 * Answers that no recording shows, each set to the likeliest.
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
  /** `session/new` without a `request_token` in its JSON: code 17 as for any token that does not count. */
  readonly sessionWithoutToken: 5 | 17 | 33 | 47
  /** `session/new` with a body that is no JSON or is not sent as JSON: code 5, as was seen of a rating. */
  readonly sessionWithoutJson: 5 | 17 | 47
  /** `DELETE /3/authentication/session` with an id that is no session. */
  readonly deleteUnknownSession: 6 | 34 | 37
  /** `session/convert/4` with something that is not a person's access token. */
  readonly convertBadToken: 3 | 35
  /** `POST /4/auth/access_token` with a token that is unknown, expired or used. */
  readonly badRequestTokenV4: 33 | 35 | 41
  /** `DELETE /4/auth/access_token` with an unknown token. */
  readonly deleteUnknownAccessToken: 6 | 34 | 35
  /** The code in the answer to `DELETE /4/auth/access_token` when it is done. */
  readonly deletedAccessToken: 1 | 13
  /** Which complaint comes first when both token and credentials of `validate_with_login` are wrong. */
  readonly loginComplaint: "token" | "credentials"
  /** Whether `validate_with_login` starts the token's hour anew. */
  readonly loginMovesExpiry: boolean
  /** `GET /3/authentication`: 16 bytes as recorded in 2026, or what the documentation shows. */
  readonly validateKeyBody: "recorded" | "documented"
  /** A known path called with a method it does not have. */
  readonly wrongMethod: 34 | 42
  /** Whether v4's page adds `request_token` and `approved` to `redirect_to`, as v3's does. */
  readonly redirectQueryV4: boolean
  /** What a guest session without ratings lists: 404 until early 2026, 500 in April 2026, or an empty page. */
  readonly guestWithoutRatings: 11 | 34 | "empty"
  /** A suspended key's body: as it was last seen, in 2016, or in the shape that code 7 has today. */
  readonly suspendedKeyBody: "seen" | "likeInvalidKey"
  /** A rate limit's body: that of the limiter TMDB has published, or the shape of the app's other failures. */
  readonly rateLimitBody: "limiter" | "app"
}

/**
 * What a sandbox takes where nothing else is chosen.
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
