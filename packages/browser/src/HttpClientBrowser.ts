/**
 * `HttpClient` on `fetch`: the transport of this adapter.
 *
 * Core sees to it that nothing of the page goes along (no cookie, no referrer),
 * that nothing is kept in the browser's cache, and that no redirect is followed.
 * An interrupted request is aborted.
 *
 * @since 0.1.0
 */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Layer from "effect/Layer"

/**
 * A browser does not say why a connection failed, but it knows when it is
 * offline. The code is Chromium's own.
 */
const namingOffline =
  (fetch: typeof globalThis.fetch): typeof globalThis.fetch =>
  async (input, init) => {
    try {
      return await fetch(input, init)
    } catch (cause) {
      throw navigator.onLine === false ? { code: "ERR_INTERNET_DISCONNECTED" } : cause
    }
  }

/**
 * The client over any `fetch`: one that is instrumented, a service worker's, a
 * stand-in for TMDB.
 *
 * @example
 * import { HttpClientBrowser, TmdbClient } from "@tmdb-session/browser"
 * import { Layer } from "effect"
 *
 * const Tmdb = TmdbClient.layer({ apiUrl: "https://app.example/tmdb", proxy: true }).pipe(
 *   Layer.provide(HttpClientBrowser.layerFetch((input, init) => fetch(input, { ...init, priority: "high" })))
 * )
 *
 * @since 0.1.0
 * @category layers
 */
export const layerFetch = (fetch: typeof globalThis.fetch): Layer.Layer<HttpClient.HttpClient> =>
  Layer.provide(FetchHttpClient.layer, Layer.succeed(FetchHttpClient.Fetch, namingOffline(fetch)))

/**
 * The client over the browser's own `fetch`, looked up at each request.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<HttpClient.HttpClient> = layerFetch((input, init) =>
  globalThis.fetch(input, init)
)
