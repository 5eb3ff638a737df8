/** An answer that was read whole. Each accessor reads the one buffer on demand. */
import type { IncomingHttpHeaders } from "node:http"
import * as Cookies from "@effect/platform/Cookies"
import * as Headers from "@effect/platform/Headers"
import * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as HttpIncomingMessage from "@effect/platform/HttpIncomingMessage"
import * as UrlParams from "@effect/platform/UrlParams"
import * as Effect from "effect/Effect"
import * as Inspectable from "effect/Inspectable"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"

/** It drops a byte order mark. */
const decoder = new TextDecoder()

/** It does not print its body or its request, which hold secrets. */
export class WholeResponse extends Inspectable.Class implements HttpClientResponse.HttpClientResponse {
  readonly [HttpIncomingMessage.TypeId]: HttpIncomingMessage.TypeId = HttpIncomingMessage.TypeId
  readonly [HttpClientResponse.TypeId]: HttpClientResponse.TypeId = HttpClientResponse.TypeId
  readonly remoteAddress: Option.Option<string> = Option.none()
  readonly status: number
  readonly headers: Headers.Headers
  readonly #request: HttpClientRequest.HttpClientRequest
  readonly #body: Uint8Array
  readonly #setCookie: ReadonlyArray<string>

  constructor(
    request: HttpClientRequest.HttpClientRequest,
    status: number,
    headers: IncomingHttpHeaders,
    body: Uint8Array
  ) {
    super()
    this.#request = request
    this.status = status
    this.headers = Headers.fromInput(headers)
    this.#body = body
    this.#setCookie = headers["set-cookie"] ?? []
  }

  toJSON(): unknown {
    return { _id: "@effect/platform/HttpClientResponse", status: this.status }
  }

  get request(): HttpClientRequest.HttpClientRequest {
    return this.#request
  }

  get cookies(): Cookies.Cookies {
    return Cookies.fromSetCookie(this.#setCookie)
  }

  get text(): Effect.Effect<string> {
    return Effect.sync(() => decoder.decode(this.#body))
  }

  get json(): Effect.Effect<unknown, HttpClientError.ResponseError> {
    return this.#read(() => {
      const text = decoder.decode(this.#body)
      return text === "" ? null : JSON.parse(text)
    })
  }

  get urlParamsBody(): Effect.Effect<UrlParams.UrlParams, HttpClientError.ResponseError> {
    return this.#read(() => UrlParams.fromInput(new URLSearchParams(decoder.decode(this.#body))))
  }

  get formData(): Effect.Effect<FormData, HttpClientError.ResponseError> {
    return Effect.tryPromise({
      try: () =>
        new Response(new Uint8Array(this.#body), {
          headers: { "content-type": this.headers["content-type"] ?? "" }
        }).formData(),
      catch: (cause) => this.#failed(cause)
    })
  }

  get arrayBuffer(): Effect.Effect<ArrayBuffer> {
    return Effect.sync(() => new Uint8Array(this.#body).buffer)
  }

  get stream(): Stream.Stream<Uint8Array> {
    return Stream.succeed(this.#body)
  }

  #read<A>(evaluate: () => A): Effect.Effect<A, HttpClientError.ResponseError> {
    return Effect.try({ try: evaluate, catch: (cause) => this.#failed(cause) })
  }

  #failed(cause: unknown): HttpClientError.ResponseError {
    return new HttpClientError.ResponseError({
      request: this.#request,
      response: this,
      reason: "Decode",
      cause
    })
  }
}
