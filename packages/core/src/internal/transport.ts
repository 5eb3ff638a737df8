/**
 * Sends a request through any `HttpClient`. The errors of a client hold the
 * whole request, credential included. They become errors of ours here, and none
 * of them leaves this file.
 */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import { type Attempt, Delivery } from "../Delivery.js"
import type * as Endpoint from "../Endpoint.js"
import { ConnectionFailed, type ConnectionReason, UnexpectedResponse } from "../TmdbError.js"
import { type BodyText, readBody, webResponse } from "./body.js"
import { requestInit } from "./hardening.js"

/** An answer as it came. */
export interface RawAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: BodyText
  /** A `fetch` followed a redirect against its orders, and this is the answer from there. */
  readonly redirected: boolean
}

const receive = (
  response: HttpClientResponse.HttpClientResponse
): Effect.Effect<RawAnswer, HttpClientError.ResponseError> =>
  Effect.map(readBody(response), (body) => ({
    status: response.status,
    headers: response.headers,
    body,
    redirected: webResponse(response)?.redirected === true
  }))

/** The platform's span would hold the query, and TMDB's preflight would refuse its trace headers. */
const withoutPlatformSpan = Effect.locally(HttpClient.currentTracerDisabledWhen, () => true)

export const send = (
  httpClient: HttpClient.HttpClient,
  { operationId }: Endpoint.Any,
  request: HttpClientRequest.HttpClientRequest,
  attempt: Attempt
): Effect.Effect<RawAnswer, ConnectionFailed | UnexpectedResponse> =>
  Effect.flatMap(httpClient.execute(request), receive).pipe(
    Effect.mapError((error) => fromHttpClientError(operationId, error, attempt)),
    withoutPlatformSpan,
    Effect.mapInputContext((context: Context.Context<never>) =>
      context.pipe(Context.add(Delivery, attempt), Context.add(FetchHttpClient.RequestInit, requestInit))
    )
  )

/** The codes of Node, undici and Chromium, by what they have in common. The first that fits decides. */
const reasons: ReadonlyArray<readonly [codes: RegExp, reason: ConnectionReason]> = [
  [/^(EAI_|ENOTFOUND$)/, "dns"],
  [/^(ECONNREFUSED|EACCES|EPERM)$/, "refused"],
  [/^(ECONN|EPIPE|UND_ERR_(ABORTED|DESTROYED|RES_|SOCKET))/, "reset"],
  [/^E(HOST|NET)(DOWN|UNREACH)$|^ERR_INTERNET_DISCONNECTED$/, "offline"],
  [/^(ERR_TLS|ERR_SSL|EPROTO$|UNABLE_TO_VERIFY)|CERT/, "tls"]
]

const reasonOf = (code: string): ConnectionReason | undefined =>
  reasons.find(([codes]) => codes.test(code))?.[1]

/** Codes are nested: fetch wraps its cause, and happy eyeballs an error per address. The first that is known counts. */
const nestedReason = (cause: unknown, depth = 0): ConnectionReason | undefined => {
  if (depth > 4 || !Predicate.isRecord(cause)) return undefined
  const { code, errors } = cause
  return (
    (Predicate.isString(code) ? reasonOf(code) : undefined) ??
    nestedReason(cause["cause"], depth + 1) ??
    (Array.isArray(errors) ? nestedReason(errors[0], depth + 1) : undefined)
  )
}

/** The adapter's own word for a body that it did not keep or could not decode. */
const refusal = (cause: unknown): "size" | "encoding" | undefined => {
  if (!Predicate.isRecord(cause)) return undefined
  return cause["refused"] === "size" || cause["refused"] === "encoding" ? cause["refused"] : undefined
}

/** A failure of `HttpClient`, without what it carries. */
const fromHttpClientError = (
  operation: string,
  error: HttpClientError.HttpClientError,
  attempt: Attempt
): ConnectionFailed | UnexpectedResponse => {
  const answered = error._tag === "ResponseError"
  const httpStatus = answered ? error.response.status : undefined
  const reason = refusal(error.cause)
  if (reason !== undefined) return new UnexpectedResponse({ operation, httpStatus, reason })
  if (answered && error.reason !== "Decode") {
    // A client that filters statuses by itself has already thrown the body away.
    return new UnexpectedResponse({ operation, httpStatus, reason: "httpStatus" })
  }
  const why = nestedReason(error.cause) ?? "unknown"
  return new ConnectionFailed({
    operation,
    reason: answered && why === "unknown" ? "reset" : why,
    // An answer had begun: whatever the adapter noted before, TMDB has the request.
    delivered: answered ? "unknown" : attempt.delivered
  })
}
