/** One request over `node:http`, and its answer. */
import * as http from "node:http"
import * as https from "node:https"
import type { Socket } from "node:net"
import * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Delivery from "@tmdb-session/core/Delivery"
import * as Effect from "effect/Effect"
import { decodeBody, isRefusal, type Refusal } from "./body.js"
import { WholeResponse } from "./response.js"

export type Result = Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError>

const acceptEncoding = "br, gzip, deflate"

/** The request's body is bytes or empty. It is sent once, and settles once: with a whole answer or with an error. */
export class Exchange {
  readonly url: URL
  /** Called at the end. `reusable` says whether the connection can be used again. */
  release: (reusable: boolean) => void = () => undefined
  readonly #request: HttpClientRequest.HttpClientRequest
  readonly #attempt: Delivery.Attempt | undefined
  readonly #resume: (result: Result) => void
  #sent: http.ClientRequest | undefined
  #answer: http.IncomingMessage | undefined
  #settled = false

  constructor(
    request: HttpClientRequest.HttpClientRequest,
    url: URL,
    attempt: Delivery.Attempt | undefined,
    resume: (result: Result) => void
  ) {
    this.url = url
    this.#request = request
    this.#attempt = attempt
    this.#resume = resume
  }

  /** The request consumes what it carries, so it needs a connection that is new or was just in use. */
  get consuming(): boolean {
    return this.#attempt?.consuming === true
  }

  send(agent: http.Agent): void {
    if (this.#settled) return
    const { request } = this.url.protocol === "https:" ? https : http
    const options = {
      agent,
      method: this.#request.method,
      headers: { "accept-encoding": acceptEncoding, ...this.#request.headers },
      joinDuplicateHeaders: true
    }
    try {
      this.#sent = request(this.url, options)
    } catch (cause) {
      this.fail(cause)
      return
    }
    this.#sent.once("socket", (socket) => this.#onSocket(socket))
    this.#sent.once("response", (answer) => this.#onResponse(answer))
    this.#sent.on("error", (cause) => this.fail(cause))
    const { body } = this.#request
    this.#sent.end(body._tag === "Uint8Array" ? body.body : undefined)
  }

  /** Ends the exchange: it sends nothing more, and closes the connection. */
  fail(cause: unknown): void {
    this.#settle(Effect.fail(this.#error(cause)), false)
    this.#sent?.destroy()
  }

  /** Node writes the request once the connection is established, with TLS. A connection that was kept alive, or that goes through a proxy, already is. */
  #onSocket(socket: Socket): void {
    const writing = () => {
      if (this.#attempt !== undefined) this.#attempt.delivered = "unknown"
    }
    if (socket.destroyed) return
    if (!socket.connecting) writing()
    else socket.once(this.url.protocol === "https:" ? "secureConnect" : "connect", writing)
  }

  #onResponse(answer: http.IncomingMessage): void {
    const chunks: Array<Uint8Array> = []
    let size = 0
    this.#answer = answer
    answer.on("data", (chunk: Uint8Array) => {
      size += chunk.byteLength
      if (size > Delivery.bodyLimit) this.fail({ refused: "size" } satisfies Refusal)
      else chunks.push(chunk)
    })
    answer.once("end", () => this.#complete(answer, chunks))
    answer.on("error", (cause) => this.fail(cause))
  }

  #complete(answer: http.IncomingMessage, chunks: ReadonlyArray<Uint8Array>): void {
    const { headers } = answer
    const coding = headers["content-encoding"]
    const received = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)
    const body = decodeBody(received, coding, Delivery.bodyLimit)
    if (isRefusal(body)) {
      this.#settle(Effect.fail(this.#error(body)), true)
      return
    }
    if (coding !== undefined) delete headers["content-encoding"]
    if (body !== received || headers["content-length"] === undefined) {
      headers["content-length"] = String(body.byteLength)
    }
    this.#settle(
      Effect.succeed(new WholeResponse(this.#request, answer.statusCode ?? 0, headers, body)),
      true
    )
  }

  #error(cause: unknown): HttpClientError.HttpClientError {
    const request = this.#request
    if (this.#answer === undefined) {
      return new HttpClientError.RequestError({ request, reason: "Transport", cause })
    }
    const { headers, statusCode = 0 } = this.#answer
    const response = new WholeResponse(request, statusCode, headers, new Uint8Array(0))
    return new HttpClientError.ResponseError({ request, response, reason: "Decode", cause })
  }

  #settle(result: Result, reusable: boolean): void {
    if (this.#settled) return
    this.#settled = true
    this.release(reusable)
    this.#resume(result)
  }
}
