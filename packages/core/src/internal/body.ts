/** The bytes of an answer: taken within bounds, and read as text. */
import * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Predicate from "effect/Predicate"
import * as Stream from "effect/Stream"
import { bodyLimit } from "../Delivery.js"

/** A body as text, or why it is none: too large to be held, or not UTF-8. */
export type BodyText = Either.Either<string, "size" | "encoding">

/** Strict: a session id with a replacement character in it would be a session lost. A byte order mark is dropped. */
const textOf = (chunks: ReadonlyArray<Uint8Array>): BodyText => {
  const decoder = new TextDecoder("utf-8", { fatal: true })
  try {
    const text = chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join("")
    return Either.right(text + decoder.decode())
  } catch {
    return Either.left("encoding")
  }
}

/** The `Response` of `fetch`, which the platform keeps inside of its own, out of sight of its types. */
export const webResponse = (
  response: HttpClientResponse.HttpClientResponse
): Readonly<Record<string, unknown>> | undefined => {
  const original = Predicate.hasProperty(response, "original") ? response.original : response
  if (!Predicate.hasProperty(original, "source")) return undefined
  return Predicate.isRecord(original.source) ? original.source : undefined
}

/** Takes no more once there is too much. */
const readStream = (
  response: HttpClientResponse.HttpClientResponse
): Effect.Effect<BodyText, HttpClientError.ResponseError> =>
  Effect.suspend(() => {
    const chunks: Array<Uint8Array> = []
    let size = 0
    const take = (chunk: Uint8Array): boolean => {
      chunks.push(chunk)
      size += chunk.byteLength
      return size <= bodyLimit
    }
    return Stream.runForEachWhile(response.stream, (chunk) => Effect.sync(() => take(chunk))).pipe(
      // The platform throws at a `Response` that somebody has read already.
      Effect.catchAllDefect(
        (cause) =>
          new HttpClientError.ResponseError({ request: response.request, response, reason: "Decode", cause })
      ),
      // The platform's word for a `Response` whose body is null.
      Effect.catchIf(
        (error) => error.reason === "EmptyBody",
        () => Effect.void
      ),
      Effect.map(() => (size > bodyLimit ? Either.left("size") : textOf(chunks)))
    )
  })

/** A `Response` may be longer than its header says: it is anybody's who passes a `fetch`. */
const isSmall = (response: HttpClientResponse.HttpClientResponse): boolean => {
  const { "content-encoding": coding, "content-length": length = "" } = response.headers
  if (webResponse(response) !== undefined || coding !== undefined) return false
  return /^\d+$/.test(length) && Number(length) <= bodyLimit
}

/** Reads one that is known to be small at once, for a stream costs more than the rest of a call. */
export const readBody = (
  response: HttpClientResponse.HttpClientResponse
): Effect.Effect<BodyText, HttpClientError.ResponseError> =>
  isSmall(response)
    ? Effect.map(response.arrayBuffer, (bytes) =>
        bytes.byteLength > bodyLimit ? Either.left("size") : textOf([new Uint8Array(bytes)])
      )
    : readStream(response)
