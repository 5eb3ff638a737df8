/**
 * The app's own credential: a v3 API key or an API read access token. It is
 * always `Redacted`, and refused when it has the shape of the other kind.
 *
 * Source: {@link https://developer.themoviedb.org/docs/authentication-application}
 *
 * @since 0.1.0
 */
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import { invalidConfiguration } from "./internal/configuration.js"
import { type SecretInput, secret } from "./internal/secret.js"
import type { InvalidConfiguration } from "./TmdbError.js"

/**
 * A secret, as text or as `Redacted` text. Results are always `Redacted`.
 *
 * @since 0.1.0
 * @category models
 */
export type { SecretInput } from "./internal/secret.js"

/**
 * How a request proves which app it comes from. With `Proxy`, the app's own
 * server adds the credential on the way to TMDB.
 *
 * @since 0.1.0
 * @category models
 */
export type Credentials =
  | { readonly _tag: "AccessToken"; readonly value: Redacted.Redacted<string> }
  | { readonly _tag: "ApiKey"; readonly value: Redacted.Redacted<string> }
  | { readonly _tag: "Proxy" }

/**
 * The app's credential. An access token takes precedence over an API key.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The API read access token, a JWT, sent as `Authorization: Bearer`. */
  readonly accessToken?: SecretInput | undefined
  /** The v3 API key, 32 hexadecimal characters, sent as `api_key`. */
  readonly apiKey?: SecretInput | undefined
}

const jwt = /^[\w-]+\.[\w-]+\.[\w-]*$/
const apiKeyShape = /^[0-9a-f]{32}$/i
const printable = /^[\x21-\x7e]+$/

/** Whether it has the shape of a JSON Web Token, as an access token does. */
const isJwt = (text: string): boolean => jwt.test(text)

const settingsPage = "Both are at https://www.themoviedb.org/settings/api"

/**
 * Reads the app's credential. A blank value counts as absent.
 *
 * Fails with `InvalidConfiguration` when neither is given, and when the credential
 * contains invalid characters or has the shape of the other kind.
 *
 * @example
 * import { Credentials } from "@tmdb-session/core"
 *
 * const credentials = Credentials.make({ apiKey: "0123456789abcdef0123456789abcdef" })
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options): Either.Either<Credentials, InvalidConfiguration> => {
  const accessToken = trimmed(options.accessToken)
  const apiKey = trimmed(options.apiKey)
  if (accessToken !== "") {
    if (apiKeyShape.test(accessToken)) {
      return invalidConfiguration(
        "The access token looks like a v3 API key",
        `Pass it as the API key (TMDB_API_KEY), or pass the API read access token. ${settingsPage}`
      )
    }
    if (!printable.test(accessToken)) return unprintable("access token")
    return Either.right({ _tag: "AccessToken", value: Redacted.make(accessToken) })
  }
  if (apiKey !== "") {
    if (isJwt(apiKey)) {
      return invalidConfiguration(
        "The API key looks like an API read access token",
        `Pass it as the access token (TMDB_ACCESS_TOKEN), or pass the v3 API key. ${settingsPage}`
      )
    }
    if (!printable.test(apiKey)) return unprintable("API key")
    return Either.right({ _tag: "ApiKey", value: Redacted.make(apiKey) })
  }
  return invalidConfiguration(
    "There is no API key or access token",
    `Set TMDB_ACCESS_TOKEN, or pass accessToken or apiKey. ${settingsPage}`
  )
}

/**
 * Whether a credential is given. A blank value counts as absent.
 *
 * @example
 * import { Credentials } from "@tmdb-session/core"
 *
 * const isGiven = Credentials.isGiven({ apiKey: "" }) // false
 *
 * @since 0.1.0
 * @category predicates
 */
export const isGiven = (options: Options): boolean =>
  trimmed(options.accessToken) !== "" || trimmed(options.apiKey) !== ""

const trimmed = (input: SecretInput | undefined): string =>
  input === undefined ? "" : Redacted.value(secret(input)).trim()

const unprintable = (name: string) =>
  invalidConfiguration(
    `The ${name} contains white space or invalid characters`,
    "Copy it again, without other text"
  )

/**
 * What to do about a credential that TMDB refused, if it has the wrong shape or a
 * proxy should have added it. The text does not contain the value.
 *
 * @example
 * import { Credentials } from "@tmdb-session/core"
 * import { Either } from "effect"
 *
 * const doubt = Either.map(Credentials.make({ apiKey: "not-a-key" }), Credentials.hint)
 *
 * @since 0.1.0
 * @category diagnostics
 */
export const hint = (credentials: Credentials): string | undefined => {
  if (credentials._tag === "Proxy") return "Check that the proxy at the API URL adds TMDB's credential"
  const value = Redacted.value(credentials.value)
  if (credentials._tag === "AccessToken" && !isJwt(value)) {
    return "It was sent as an access token but does not look like one: a v3 API key belongs in TMDB_API_KEY"
  }
  if (credentials._tag === "ApiKey" && !apiKeyShape.test(value)) {
    return "It was sent as a v3 API key but does not look like one: an API read access token belongs in TMDB_ACCESS_TOKEN"
  }
  return undefined
}
