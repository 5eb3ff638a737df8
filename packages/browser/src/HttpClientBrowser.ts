/**
 * `HttpClient` on `fetch`: the transport of this adapter.
 *
 * Core's settings keep cookies and the referrer out of requests, keep answers out of
 * the browser's cache, and do not follow redirects. An interrupted request is
 * aborted.
 *
 * @since 0.1.0
 */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Layer from "effect/Layer"

/** A browser does not say why a connection failed, but it knows whether it is offline. The code is Chromium's. */
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
 * The client over any `fetch`, such as one that is instrumented, a service worker's
 * or a mock of TMDB.
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
 * The client over the browser's own `fetch`, which is looked up for each request.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<HttpClient.HttpClient> = layerFetch((input, init) =>
  globalThis.fetch(input, init)
)
