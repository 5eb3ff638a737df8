/**
 * Core's client over this adapter's transport, with nothing left to provide,
 * and the guard that keeps a credential from being published by mistake.
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
 * How a client is made: core's options, and what a page adds.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends Omit<TmdbClient.Options, "apiUrl"> {
  /**
   * The app's own proxy, which adds the credential; it may be relative to the
   * page, as `"/tmdb"`. TMDB itself unless given.
   */
  readonly apiUrl?: string | undefined
  /** Says that the credential passed here was meant to be read by everyone who opens the page. */
  readonly dangerouslyAllowBrowser?: boolean | undefined
  /** Used in place of the browser's own `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined
}

const proxyInThreeLines = `Let a server of your own add it:
1. Serve a path such as /tmdb, and pass what comes there on to ${TmdbClient.defaultApiUrl} with your credential added
2. Leave the credential out of the page, and pass apiUrl: "/tmdb" here
3. Only where it may be public: pass it with dangerouslyAllowBrowser: true`

const refused = (what: string) =>
  Either.left(new InvalidConfiguration({ operation: "configuration", what, next: proxyInThreeLines }))

/** TMDB's own hosts take no request without a credential. */
const isTmdb = (url: URL): boolean => /(^|\.)(themoviedb|tmdb)\.org$/.test(url.hostname)

const guard = (options: Options): Either.Either<TmdbClient.Options, InvalidConfiguration> => {
  const { apiUrl, dangerouslyAllowBrowser, fetch: _, ...rest } = options
  // Core refuses a URL that cannot be parsed.
  const url = relativeToPage(apiUrl ?? TmdbClient.defaultApiUrl)
  const resolved = { ...rest, apiUrl: url?.href ?? apiUrl }
  if (Credentials.isGiven(options)) {
    if (dangerouslyAllowBrowser === true) return Either.right(resolved)
    return refused("A TMDB credential in a page can be read by everyone who opens it")
  }
  if (url !== undefined && isTmdb(url)) return refused("TMDB takes no request without a credential")
  return Either.right({ ...resolved, proxy: true })
}

/**
 * The client of TMDB. Fails with `InvalidConfiguration` when a setting is
 * missing or malformed, and when a credential is passed without
 * `dangerouslyAllowBrowser`: what is in a page is public.
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
