/**
 * Sends a request through any `HttpClient`. The client's error holds the whole
 * request with its credential, so it is replaced here by one of core's errors.
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

/** An answer before it is judged. */
export interface RawAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: BodyText
  /** A caller's `fetch` followed a redirect, although it was told not to. */
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

/** The platform's span would hold the query. Its trace headers would fail TMDB's CORS preflight. */
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

/** The error codes of Node, undici and Chromium. The first pattern that matches decides. */
const reasons: ReadonlyArray<readonly [codes: RegExp, reason: ConnectionReason]> = [
  [/^(EAI_|ENOTFOUND$)/, "dns"],
  [/^(ECONNREFUSED|EACCES|EPERM)$/, "refused"],
  [/^(ECONN|EPIPE|UND_ERR_(ABORTED|DESTROYED|RES_|SOCKET))/, "reset"],
  [/^E(HOST|NET)(DOWN|UNREACH)$|^ERR_INTERNET_DISCONNECTED$/, "offline"],
  [/^(ERR_TLS|ERR_SSL|EPROTO$|UNABLE_TO_VERIFY)|CERT/, "tls"]
]

const reasonOf = (code: string): ConnectionReason | undefined =>
  reasons.find(([codes]) => codes.test(code))?.[1]

/** The code may be nested: `fetch` wraps its cause, and Happy Eyeballs collects an error for each address. The first known code counts. */
const nestedReason = (cause: unknown, depth = 0): ConnectionReason | undefined => {
  if (depth > 4 || !Predicate.isRecord(cause)) return undefined
  const { code, errors } = cause
  return (
    (Predicate.isString(code) ? reasonOf(code) : undefined) ??
    nestedReason(cause["cause"], depth + 1) ??
    (Array.isArray(errors) ? nestedReason(errors[0], depth + 1) : undefined)
  )
}

/** How an adapter reports a body that was too large or could not be decoded. */
const refusal = (cause: unknown): "size" | "encoding" | undefined => {
  if (!Predicate.isRecord(cause)) return undefined
  return cause["refused"] === "size" || cause["refused"] === "encoding" ? cause["refused"] : undefined
}

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
    // A client that filters statuses itself has already dropped the body.
    return new UnexpectedResponse({ operation, httpStatus, reason: "httpStatus" })
  }
  const why = nestedReason(error.cause) ?? "unknown"
  return new ConnectionFailed({
    operation,
    reason: answered && why === "unknown" ? "reset" : why,
    // The answer had begun, so TMDB has the request, whatever the adapter reported before.
    delivered: answered ? "unknown" : attempt.delivered
  })
}
