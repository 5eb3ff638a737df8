/**
 * `HttpClient` on `node:http`: the transport of this adapter.
 *
 * Requests are sent whole. Answers are read whole and decoded from gzip, Brotli and
 * deflate. An answer larger than core's `Delivery.bodyLimit` fails. Redirects are
 * not followed, and connections are kept alive. `https_proxy`, `http_proxy`,
 * `all_proxy` and `no_proxy` are read, in lower or upper case, but loopback is
 * never proxied. Requests have no span of their own: core makes one for each call,
 * without secrets.
 *
 * @since 0.1.0
 */
import type * as Http from "node:http"
import type * as Https from "node:https"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientError from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as UrlParams from "@effect/platform/UrlParams"
import * as Delivery from "@tmdb-session/core/Delivery"
import type { InvalidConfiguration } from "@tmdb-session/core/TmdbError"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as agents from "./internal/agents.js"
import * as connections from "./internal/connections.js"
import { Exchange, type Result } from "./internal/exchange.js"
import * as proxies from "./internal/proxies.js"

type BodyInit = ConstructorParameters<typeof Response>[0]

/** Collects the request's body to bytes, and keeps the type that the platform gives it. */
const collect = (request: HttpClientRequest.HttpClientRequest, body: BodyInit) =>
  Effect.tryPromise({
    try: async () => {
      const collected = new Response(body)
      const bytes = new Uint8Array(await collected.arrayBuffer())
      const type = request.headers["content-type"] ?? collected.headers.get("content-type") ?? undefined
      return HttpClientRequest.bodyUint8Array(request, bytes, type)
    },
    catch: (cause) => new HttpClientError.RequestError({ request, reason: "Encode", cause })
  })

/** Makes the body of a request bytes, or leaves it empty. Core's bodies are already so. */
const whole = (
  request: HttpClientRequest.HttpClientRequest
): Effect.Effect<HttpClientRequest.HttpClientRequest, HttpClientError.RequestError> => {
  const { body } = request
  switch (body._tag) {
    case "Empty":
    case "Uint8Array":
      return Effect.succeed(request)
    case "Raw":
      return collect(request, body.body as BodyInit)
    case "FormData":
      return collect(request, body.formData)
    case "Stream":
      return Effect.flatMap(Stream.toReadableStreamEffect(body.stream), (stream) => collect(request, stream))
  }
}

const client = (send: (exchange: Exchange) => void): HttpClient.HttpClient => {
  const exchange = (
    request: HttpClientRequest.HttpClientRequest,
    url: URL,
    attempt: Delivery.Attempt | undefined
  ): Result =>
    Effect.async((resume) => {
      const exchange = new Exchange(request, url, attempt, resume)
      send(exchange)
      return Effect.sync(() => exchange.fail(new Error("interrupted")))
    })

  const execute = (request: HttpClientRequest.HttpClientRequest): Result =>
    Effect.withFiberRuntime((fiber) => {
      const url = UrlParams.makeUrl(request.url, request.urlParams, request.hash)
      if (Either.isLeft(url)) {
        return new HttpClientError.RequestError({ request, reason: "InvalidUrl", cause: url.left })
      }
      if (!/^https?:$/.test(url.right.protocol)) {
        const description = "Only http: and https: URLs can be requested"
        return new HttpClientError.RequestError({ request, reason: "InvalidUrl", description })
      }
      const attempt: Delivery.Attempt | undefined = fiber.currentContext.unsafeMap.get(Delivery.Delivery.key)
      if (attempt !== undefined) attempt.delivered = "no"
      return Effect.flatMap(whole(request), (ready) => exchange(ready, url.right, attempt))
    })

  return HttpClient.makeWith<HttpClientError.HttpClientError, never, HttpClientError.HttpClientError, never>(
    Effect.flatMap(execute),
    Effect.succeed
  )
}

/**
 * Makes a client. Its connections are closed with the scope, and requests still
 * under way fail. Fails with `InvalidConfiguration` when a variable that names a
 * proxy is malformed.
 *
 * @example
 * import { HttpClientNode } from "@tmdb-session/node"
 * import { Effect } from "effect"
 *
 * const status = HttpClientNode.make.pipe(
 *   Effect.flatMap((client) => client.get("https://api.themoviedb.org/3")),
 *   Effect.map((response) => response.status),
 *   Effect.scoped
 * )
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: Effect.Effect<HttpClient.HttpClient, InvalidConfiguration, Scope.Scope> = Effect.flatMap(
  proxies.fromConfig,
  (proxyOf) =>
    Effect.acquireRelease(
      Effect.sync(() =>
        connections.make((url) => {
          const proxy = proxyOf(url)
          return proxy === undefined ? agents.direct(url) : agents.proxied(proxy, url)
        })
      ),
      ({ close }) => Effect.sync(close)
    )
).pipe(Effect.map(({ send }) => client(send)))

/**
 * Makes a client over the caller's agent. The agent decides which connections it
 * opens and which proxy it uses, and the caller closes it.
 *
 * @example
 * import { HttpClientNode } from "@tmdb-session/node"
 * import { Agent } from "node:https"
 *
 * const client = HttpClientNode.fromAgent(new Agent({ keepAlive: true, maxSockets: 4 }))
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromAgent = (agent: Http.Agent | Https.Agent): HttpClient.HttpClient =>
  client((exchange) => exchange.send(agent))

/**
 * The client with its own connections, which fails as `make` does.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<HttpClient.HttpClient, InvalidConfiguration> = Layer.scoped(
  HttpClient.HttpClient,
  make
)

/**
 * The client over the caller's agent, which the caller closes.
 *
 * @example
 * import { HttpClientNode, TmdbClient } from "@tmdb-session/node"
 * import { Layer } from "effect"
 * import { Agent } from "node:https"
 *
 * const Tmdb = TmdbClient.layerConfig().pipe(
 *   Layer.provide(HttpClientNode.layerAgent(new Agent({ keepAlive: true, maxSockets: 4 })))
 * )
 *
 * @since 0.1.0
 * @category layers
 */
export const layerAgent = (agent: Http.Agent | Https.Agent): Layer.Layer<HttpClient.HttpClient> =>
  Layer.sync(HttpClient.HttpClient, () => fromAgent(agent))
