/**
 * The operations as promises, for people who do not use Effect.
 *
 * @since 0.1.0
 */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as PromiseClient from "@tmdb-session/core/PromiseClient"
import * as TmdbClient from "@tmdb-session/core/TmdbClient"
import type { InvalidConfiguration } from "@tmdb-session/core/TmdbError"
import * as Layer from "effect/Layer"
import * as LoopbackApproval from "./LoopbackApproval.js"
import * as TmdbClientNode from "./TmdbClientNode.js"

/**
 * How the operations are made.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options
  extends Pick<
    TmdbClientNode.Options,
    "accessToken" | "apiKey" | "apiUrl" | "webUrl" | "timeout" | "retry" | "proxy" | "agent"
  > {
  /** A `fetch` to use instead of the adapter's own transport, which is faster. */
  readonly fetch?: typeof globalThis.fetch | undefined
}

/**
 * The operations as promises, which `await using` closes.
 *
 * @since 0.1.0
 * @category models
 */
export interface PromiseClientNode extends PromiseClient.PromiseClient, AsyncDisposable {}

const fetchTransport = (fetch: typeof globalThis.fetch) =>
  Layer.provide(FetchHttpClient.layer, Layer.succeed(FetchHttpClient.Fetch, fetch))

const client = ({ fetch, ...options }: Options): Layer.Layer<TmdbClient.TmdbClient, InvalidConfiguration> =>
  fetch === undefined
    ? TmdbClientNode.layer(options)
    : Layer.provide(TmdbClient.layer(options), fetchTransport(fetch))

/**
 * Makes the operations. The client is created by the first call. From the
 * environment it reads only the proxies, so pass the credential.
 *
 * Each call rejects with the typed error itself (`instanceof` and `_tag` work), or
 * with the signal's reason when it is aborted. `signIn` opens the browser and waits
 * for the callback, unless another `approval` is given.
 *
 * @example
 * import { createTmdbClient } from "@tmdb-session/node/promise"
 *
 * const tmdb = createTmdbClient({ accessToken: process.env.TMDB_ACCESS_TOKEN })
 * const { sessionId } = await tmdb.signIn({
 *   onEvent: (event) => {
 *     if (event._tag === "ApprovalRequested") console.log(`Approve at ${event.url}`)
 *   }
 * })
 *
 * @since 0.1.0
 * @category constructors
 */
export const createTmdbClient = (options: Options): PromiseClientNode => {
  const session = PromiseClient.make(client(options), LoopbackApproval.layer())
  return { ...session, [Symbol.asyncDispose]: session.close }
}
