/**
 * Who can sign in.
 */

/**
 * Someone with a TMDB account.
 *
 * @since 0.1.0
 * @category models
 */
export interface User {
  readonly username: string
  readonly password: string
  /** The v3 account id. */
  readonly id: number
  /** The v4 account id: 24 hexadecimal digits. */
  readonly accountId: string
  readonly name: string
  /** Only an active account can sign in. A disabled one fails with code 31, an unverified one with 32, a suspended one with 45. */
  readonly status: "active" | "disabled" | "unverified" | "suspended"
  /** ISO 639-1. */
  readonly language: string
  /** ISO 3166-1. */
  readonly country: string
  readonly includeAdult: boolean
  readonly gravatarHash: string
  readonly avatarPath: string | null
}
