/**
 * `HttpClient` on undici: the transport of this adapter.
 *
 * Answers come whole, at most core's `Delivery.bodyLimit` bytes of them, with
 * gzip, brotli and deflate undone. Redirects are not followed, and connections
 * are kept alive. `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` are honoured, but
 * loopback is never proxied. There is no span for each request: core has its
 * own, without secrets.
 *
 * @since 0.1.0
 */
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as UrlParams from "@effect/platform/UrlParams"
import * as Delivery from "@tmdb-session/core/Delivery"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Dispatcher } from "undici"
import { decodeBody, isRefusal, type Refusal } from "./internal/body.js"
import * as connections from "./internal/connections.js"
import { type RawHeaders, Response } from "./internal/response.js"

type Result = Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError>

/** One request and what comes of it: undici calls it, and it settles once. */
class Exchange implements connections.Exchange {
  readonly options: connections.Exchange["options"]
  readonly once: boolean
  release: connections.Exchange["release"] = () => undefined
  readonly #request: HttpClientRequest.HttpClientRequest
  readonly #attempt: Delivery.Attempt | undefined
  readonly #resume: (result: Result) => void
  #controller: Dispatcher.DispatchController | undefined
  #settled = false
  #status = 0
  #headers: RawHeaders = {}
  #chunks: Array<Uint8Array> = []
  #size = 0

  constructor(
    options: connections.Exchange["options"],
    request: HttpClientRequest.HttpClientRequest,
    attempt: Delivery.Attempt | undefined,
    resume: (result: Result) => void
  ) {
    this.options = options
    this.once = attempt?.consuming === true
    this.#request = request
    this.#attempt = attempt
    this.#resume = resume
  }

  /** The connection is made, TLS included, and undici writes the request as soon as this returns. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#settled) {
      controller.abort(new Error("interrupted"))
      return
    }
    this.#controller = controller
    if (this.#attempt !== undefined) this.#attempt.delivered = "unknown"
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: RawHeaders): void {
    // What comes before the answer (103, early hints) is no part of it.
    if (status < 200) return
    this.#status = status
    this.#headers = headers
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Uint8Array): void {
    this.#size += chunk.byteLength
    if (this.#size > Delivery.bodyLimit) {
      this.#fail({ refused: "size" })
    } else {
      this.#chunks.push(chunk)
    }
  }

  onResponseEnd(): void {
    const coding = this.#headers["content-encoding"]
    const received = this.#body()
    const body = decodeBody(received, Array.isArray(coding) ? coding.join() : coding, Delivery.bodyLimit)
    if (isRefusal(body)) {
      this.#settle(Effect.fail(this.#responseError(body)), true)
      return
    }
    const headers = this.#headers
    if (body !== received || coding !== undefined) delete headers["content-encoding"]
    if (body !== received || headers["content-length"] === undefined) {
      headers["content-length"] = String(body.byteLength)
    }
    this.#settle(Effect.succeed(new Response(this.#request, this.#status, headers, body)), true)
  }

  onResponseError(_: Dispatcher.DispatchController, cause: Error): void {
    this.#fail(cause)
  }

  refuse(cause: Error): void {
    this.#fail(cause)
  }

  /** Ends it, and its connection: what has been asked for will not be read. */
  cancel(): void {
    if (this.#settled) return
    this.#settled = true
    this.release(false)
    this.#controller?.abort(new Error("interrupted"))
  }

  #body(): Uint8Array {
    const [first] = this.#chunks
    if (first === undefined) return new Uint8Array(0)
    return this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks)
  }

  #fail(cause: Error | Refusal): void {
    const error =
      this.#status === 0
        ? new HttpClientError.RequestError({ request: this.#request, reason: "Transport", cause })
        : this.#responseError(cause)
    this.#settle(Effect.fail(error), false)
    this.#controller?.abort(new Error("refused"))
  }

  #responseError(cause: Error | Refusal): HttpClientError.ResponseError {
    const response = new Response(this.#request, this.#status, this.#headers, new Uint8Array(0))
    return new HttpClientError.ResponseError({ request: this.#request, response, reason: "Decode", cause })
  }

  #settle(result: Result, reusable: boolean): void {
    if (this.#settled) return
    this.#settled = true
    this.release(reusable)
    this.#resume(result)
  }
}

const acceptEncoding = "br, gzip, deflate"

type Body = NonNullable<Dispatcher.DispatchOptions["body"]>

/** What undici takes as a body; it looks at the value, and takes more kinds than its types say. */
const bodyOf = (
  body: HttpClientRequest.HttpClientRequest["body"]
): Effect.Effect<Body | null> | Body | null => {
  switch (body._tag) {
    case "Empty":
      return null
    case "Uint8Array":
      return body.body
    case "Raw":
      return body.body as Body
    case "FormData":
      return body.formData as unknown as Body
    case "Stream":
      return Effect.map(Stream.toReadableStreamEffect(body.stream), (stream) => stream as unknown as Body)
  }
}

const client = (pool: connections.Connections): HttpClient.HttpClient => {
  const exchange = (
    request: HttpClientRequest.HttpClientRequest,
    url: URL,
    body: Body | null,
    attempt: Delivery.Attempt | undefined
  ): Result =>
    Effect.async((resume) => {
      const options = {
        origin: url.origin,
        path: url.pathname + url.search,
        method: request.method,
        headers: { "accept-encoding": acceptEncoding, ...request.headers },
        body
      }
      const exchange = new Exchange(options, request, attempt, resume)
      pool.send(exchange)
      return Effect.sync(() => exchange.cancel())
    })

  const send = (request: HttpClientRequest.HttpClientRequest): Result =>
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
      const body = bodyOf(request.body)
      return Effect.isEffect(body)
        ? Effect.flatMap(body, (ready) => exchange(request, url.right, ready, attempt))
        : exchange(request, url.right, body, attempt)
    })

  return HttpClient.makeWith<HttpClientError.HttpClientError, never, HttpClientError.HttpClientError, never>(
    Effect.flatMap(send),
    Effect.succeed
  )
}

/**
 * A client whose connections are closed with the scope, with all that is on its
 * way. With a `dispatcher`, whatever that is (a pool, a proxy, a mock), requests
 * go through it instead, and it is left open.
 *
 * @example
 * import { HttpClientNode } from "@tmdb-session/node"
 * import { Effect } from "effect"
 *
 * const status = HttpClientNode.make().pipe(
 *   Effect.flatMap((client) => client.get("https://api.themoviedb.org/3")),
 *   Effect.map((response) => response.status),
 *   Effect.scoped
 * )
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (
  options: { readonly dispatcher?: Dispatcher | undefined } = {}
): Effect.Effect<HttpClient.HttpClient, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() =>
      options.dispatcher === undefined ? connections.make() : connections.fromDispatcher(options.dispatcher)
    ),
    (pool) => Effect.sync(pool.close)
  ).pipe(Effect.map(client))

/**
 * The client with connections of its own.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<HttpClient.HttpClient> = Layer.scoped(HttpClient.HttpClient, make())

/**
 * The client over an undici `Dispatcher` of the caller's, who closes it.
 *
 * @example
 * import { HttpClientNode, TmdbClient } from "@tmdb-session/node"
 * import { Layer } from "effect"
 * import { Agent } from "undici"
 *
 * const Tmdb = TmdbClient.layerConfig().pipe(
 *   Layer.provide(HttpClientNode.layerDispatcher(new Agent({ connections: 4 })))
 * )
 *
 * @since 0.1.0
 * @category layers
 */
export const layerDispatcher = (dispatcher: Dispatcher): Layer.Layer<HttpClient.HttpClient> =>
  Layer.scoped(HttpClient.HttpClient, make({ dispatcher }))
