/**
 * The keys that apps call TMDB with.
 */

/**
 * A key for TMDB's API, in both of its forms.
 *
 * @since 0.1.0
 * @category models
 */
export interface Key {
  /** The v3 API key: 32 hexadecimal digits. */
  readonly apiKey: string
  /** The v4 read access token: a JWT whose `aud` is the API key. */
  readonly accessToken: string
  /** A call with a suspended key fails with code 10. */
  readonly suspended: boolean
}
