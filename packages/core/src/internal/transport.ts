/**
 * The one place that looks at what `HttpClient` fails with. Its errors hold the
 * whole request, credential included, so none of them leaves this file.
 */
import type * as HttpClientError from "@effect/platform/HttpClientError"
import * as Predicate from "effect/Predicate"
import type { Attempt } from "../Delivery.js"
import { ConnectionFailed, type ConnectionReason, UnexpectedResponse } from "../TmdbError.js"

const reasons: ReadonlyMap<string, ConnectionReason> = new Map(
  Object.entries({
    EAI_AGAIN: "dns",
    EAI_FAIL: "dns",
    EAI_NODATA: "dns",
    EAI_NONAME: "dns",
    ENOTFOUND: "dns",
    ECONNREFUSED: "refused",
    EACCES: "refused",
    EPERM: "refused",
    ECONNABORTED: "reset",
    ECONNRESET: "reset",
    EPIPE: "reset",
    HPE_INVALID_CONSTANT: "reset",
    UND_ERR_ABORTED: "reset",
    UND_ERR_DESTROYED: "reset",
    UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "reset",
    UND_ERR_SOCKET: "reset",
    EHOSTDOWN: "offline",
    EHOSTUNREACH: "offline",
    ENETDOWN: "offline",
    ENETUNREACH: "offline",
    ERR_INTERNET_DISCONNECTED: "offline",
    EPROTO: "tls",
    CERT_HAS_EXPIRED: "tls",
    CERT_NOT_YET_VALID: "tls",
    DEPTH_ZERO_SELF_SIGNED_CERT: "tls",
    SELF_SIGNED_CERT_IN_CHAIN: "tls",
    UNABLE_TO_GET_ISSUER_CERT: "tls",
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "tls",
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: "tls"
  } satisfies Record<string, ConnectionReason>)
)

/** Codes are nested: fetch wraps its cause, and happy eyeballs an error per address. */
const codeOf = (cause: unknown, depth = 0): string | undefined => {
  if (depth > 4 || !Predicate.isRecord(cause)) return undefined
  if (Predicate.isString(cause["code"]) && reasons.has(cause["code"])) return cause["code"]
  const nested = codeOf(cause["cause"], depth + 1)
  if (nested !== undefined) return nested
  if (Array.isArray(cause["errors"])) return codeOf(cause["errors"][0], depth + 1)
  return Predicate.isString(cause["code"]) ? cause["code"] : undefined
}

/** Why a connection failed, by the code that Node, undici or an adapter gave its cause. */
export const connectionReason = (cause: unknown): ConnectionReason => {
  const code = codeOf(cause)
  if (code === undefined) return "unknown"
  if (code.startsWith("ERR_TLS") || code.startsWith("ERR_SSL") || code.startsWith("CERT_")) return "tls"
  return reasons.get(code) ?? "unknown"
}

/** The adapter's own word for a body it refused to hold or could not decode. */
const refusal = (cause: unknown): "size" | "encoding" | undefined => {
  if (!Predicate.isRecord(cause)) return undefined
  return cause["refused"] === "size" || cause["refused"] === "encoding" ? cause["refused"] : undefined
}

/** A failure of `HttpClient`, without what it carries. */
export const fromHttpClientError = (
  operation: string,
  error: HttpClientError.HttpClientError,
  attempt: Attempt
): ConnectionFailed | UnexpectedResponse => {
  const status = error._tag === "ResponseError" ? error.response.status : undefined
  const reason = refusal(error.cause)
  if (reason !== undefined) return new UnexpectedResponse({ operation, status, reason })
  if (error._tag === "ResponseError" && error.reason !== "Decode") {
    // A client that filters statuses by itself has already thrown the body away.
    return new UnexpectedResponse({ operation, status, reason: "status" })
  }
  const why = connectionReason(error.cause)
  return new ConnectionFailed({
    operation,
    reason: error._tag === "ResponseError" && why === "unknown" ? "reset" : why,
    // An answer had begun: whatever the adapter noted before, TMDB has the request.
    delivered: error._tag === "ResponseError" ? "unknown" : attempt.delivered
  })
}
