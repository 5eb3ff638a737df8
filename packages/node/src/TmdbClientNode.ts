/**
 * Core's client over this adapter's transport. It needs no other layer.
 *
 * @since 0.1.0
 */
import type * as Http from "node:http"
import type * as Https from "node:https"
import * as TmdbClient from "@tmdb-session/core/TmdbClient"
import type { InvalidConfiguration } from "@tmdb-session/core/TmdbError"
import * as Layer from "effect/Layer"
import * as HttpClientNode from "./HttpClientNode.js"

/**
 * How a client is made: core's options, and one for the transport.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends TmdbClient.Options {
  /** An agent of Node's (a pool, a proxy, a mock) instead of the adapter's own connections. The caller closes it. */
  readonly agent?: Http.Agent | Https.Agent | undefined
}

const transport = ({ agent }: Options) =>
  agent === undefined ? HttpClientNode.layer : HttpClientNode.layerAgent(agent)

/**
 * The client of TMDB. From the environment it reads only the proxies. Fails with
 * `InvalidConfiguration` when a setting is missing or malformed.
 *
 * @example
 * import { Authentication, layer } from "@tmdb-session/node"
 * import { Effect } from "effect"
 *
 * const program = Authentication.validateKey().pipe(
 *   Effect.provide(layer({ accessToken: "eyJ.eyJ.sig", timeout: "5 seconds" }))
 * )
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options): Layer.Layer<TmdbClient.TmdbClient, InvalidConfiguration> =>
  Layer.provide(TmdbClient.layer(options), transport(options))

/**
 * The client of TMDB with its settings from the environment, through `Config`:
 * `TMDB_ACCESS_TOKEN`, `TMDB_API_KEY`, `TMDB_API_URL` and `TMDB_WEB_URL`.
 * `options` add to these settings and take precedence over them.
 *
 * @example
 * import { Authentication, layerConfig } from "@tmdb-session/node"
 * import { Effect } from "effect"
 *
 * const program = Authentication.validateKey().pipe(Effect.provide(layerConfig()))
 *
 * @since 0.1.0
 * @category layers
 */
export const layerConfig = (
  options: Options = {}
): Layer.Layer<TmdbClient.TmdbClient, InvalidConfiguration> =>
  Layer.provide(TmdbClient.layerConfig(options), transport(options))
