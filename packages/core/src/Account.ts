/**
 * The account that a session belongs to.
 *
 * Source: {@link https://developer.themoviedb.org/reference/account-details}
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Endpoint from "./Endpoint.js"
import { type SecretInput, secret } from "./internal/secret.js"
import { call, type TmdbClient } from "./TmdbClient.js"
import type { CommonError, InvalidSession } from "./TmdbError.js"

/**
 * A person's account at TMDB.
 *
 * @since 0.1.0
 * @category models
 */
export interface Account {
  readonly id: number
  readonly username: string
  /** The person's display name. It may be empty. */
  readonly name: string
  readonly includeAdult: boolean
  /** The language, as in ISO 639-1. */
  readonly iso6391: string | undefined
  /** The country, as in ISO 3166-1. */
  readonly iso31661: string | undefined
  /** The Gravatar hash of their picture. */
  readonly gravatarHash: string | undefined
  /** The path of their picture below `https://image.tmdb.org/t/p/{size}`. */
  readonly avatarPath: string | undefined
}

/**
 * What {@link details} can fail with.
 *
 * @since 0.1.0
 * @category errors
 */
export type DetailsError = CommonError | InvalidSession

/**
 * Reads the account that a session belongs to.
 *
 * Fails with `InvalidSession` when TMDB does not know the session, or it has
 * ended.
 *
 * Source: {@link https://developer.themoviedb.org/reference/account-details}
 *
 * @example
 * import { Account } from "@tmdb-session/core"
 * import { Effect } from "effect"
 *
 * const username = (sessionId: string) =>
 *   Effect.map(Account.details(sessionId), (account) => account.username)
 *
 * @since 0.1.0
 * @category operations
 */
export const details = (sessionId: SecretInput): Effect.Effect<Account, DetailsError, TmdbClient> =>
  Effect.map(call(Endpoint.accountDetails, { session_id: secret(sessionId) }), ({ value }) => ({
    id: value.id,
    username: value.username,
    name: value.name ?? "",
    includeAdult: value.include_adult ?? false,
    iso6391: value.iso_639_1,
    iso31661: value.iso_3166_1,
    gravatarHash: value.avatar?.gravatar?.hash ?? undefined,
    avatarPath: value.avatar?.tmdb?.avatar_path ?? undefined
  }))
