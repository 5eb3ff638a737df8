/**
 * Core's client over this adapter's transport. It needs no other layer. A guard
 * keeps a credential from being published by mistake.
 *
 * @since 0.1.0
 */
import * as Credentials from "@tmdb-session/core/Credentials"
import * as TmdbClient from "@tmdb-session/core/TmdbClient"
import { InvalidConfiguration } from "@tmdb-session/core/TmdbError"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as HttpClientBrowser from "./HttpClientBrowser.js"
import { relativeToPage } from "./internal/address.js"

/**
 * How a client is made: core's options, and those of a page.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends Omit<TmdbClient.Options, "apiUrl"> {
  /**
   * The URL of the app's own proxy, which adds the credential. It may be relative to
   * the page, such as `"/tmdb"`. TMDB itself by default.
   */
  readonly apiUrl?: string | undefined
  /** Confirms that everyone who opens the page may read the credential. */
  readonly dangerouslyAllowBrowser?: boolean | undefined
  /** A `fetch` to use instead of the browser's own. */
  readonly fetch?: typeof globalThis.fetch | undefined
}

const proxyInThreeLines = `Let your own server add it:
1. Forward a path such as /tmdb to ${TmdbClient.defaultApiUrl} with your credential added
2. Leave the credential out of the page, and pass apiUrl: "/tmdb" here
3. Or, only if it may be public, pass dangerouslyAllowBrowser: true`

const refused = (what: string) =>
  Either.left(new InvalidConfiguration({ operation: "configuration", what, next: proxyInThreeLines }))

/** TMDB's own hosts accept no request without a credential. */
const isTmdb = (url: URL): boolean => /(^|\.)(themoviedb|tmdb)\.org$/.test(url.hostname)

const guard = (options: Options): Either.Either<TmdbClient.Options, InvalidConfiguration> => {
  const { apiUrl, dangerouslyAllowBrowser, fetch: _, ...rest } = options
  // Core refuses a URL that cannot be read.
  const url = relativeToPage(apiUrl ?? TmdbClient.defaultApiUrl)
  const resolved = { ...rest, apiUrl: url?.href ?? apiUrl }
  if (Credentials.isGiven(options)) {
    if (dangerouslyAllowBrowser === true) return Either.right(resolved)
    return refused("A TMDB credential in a page can be read by everyone who opens it")
  }
  if (url !== undefined && isTmdb(url)) return refused("TMDB accepts no request without a credential")
  return Either.right({ ...resolved, proxy: true })
}

/**
 * The client of TMDB.
 *
 * Fails with `InvalidConfiguration` when a setting is missing or malformed, and when
 * a credential is passed without `dangerouslyAllowBrowser`, since everyone can read
 * what is in a page.
 *
 * @example
 * import { Authentication, layer } from "@tmdb-session/browser"
 * import { Effect } from "effect"
 *
 * const program = Authentication.createGuestSession().pipe(Effect.provide(layer({ apiUrl: "/tmdb" })))
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options): Layer.Layer<TmdbClient.TmdbClient, InvalidConfiguration> =>
  Layer.suspend(() => {
    const guarded = guard(options)
    if (Either.isLeft(guarded)) return Layer.fail(guarded.left)
    const { fetch } = options
    const transport = fetch === undefined ? HttpClientBrowser.layer : HttpClientBrowser.layerFetch(fetch)
    return Layer.provide(TmdbClient.layer(guarded.right), transport)
  })
