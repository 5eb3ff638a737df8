/**
 * What an app calls TMDB with.
 */

/**
 * A key of TMDB's API, in both its forms.
 *
 * @since 0.1.0
 * @category models
 */
export interface Key {
  /** The v3 API key: 32 hexadecimal digits. */
  readonly apiKey: string
  /** The v4 read access token: a JWT whose `aud` is the API key. */
  readonly accessToken: string
  /** Calls with a suspended key end in code 10. */
  readonly suspended: boolean
}
