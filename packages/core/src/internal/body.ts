/** The bytes of an answer: taken within bounds, and read as text. */
import * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Stream from "effect/Stream"
import { bodyLimit } from "../Delivery.js"

/** A body as text, or why it is none: too large to be held, or not UTF-8. */
export type BodyText = Either.Either<string, "size" | "encoding">

/**
 * Decodes strictly: a session id with a replacement character in it would be a
 * lost session. A byte order mark is dropped.
 */
const textOf = (chunks: ReadonlyArray<Uint8Array>): BodyText => {
  const decoder = new TextDecoder("utf-8", { fatal: true })
  try {
    const text = chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join("")
    return Either.right(text + decoder.decode())
  } catch {
    return Either.left("encoding")
  }
}

/** The platform keeps the `Response` of `fetch` in fields that its types do not show. */
interface OfFetch {
  readonly original?: OfFetch
  readonly source?: { readonly redirected?: boolean }
}

export const webResponse = (response: HttpClientResponse.HttpClientResponse): OfFetch["source"] => {
  const { original, source }: OfFetch = response as OfFetch
  return original?.source ?? source
}

/** Fails a stream on purpose, to read no more of it. */
const enough = "enough"

const readStream = (
  response: HttpClientResponse.HttpClientResponse
): Effect.Effect<BodyText, HttpClientError.ResponseError> =>
  Effect.suspend(() => {
    const chunks: Array<Uint8Array> = []
    let size = 0
    const take = (chunk: Uint8Array): Effect.Effect<void, typeof enough> => {
      chunks.push(chunk)
      size += chunk.byteLength
      return size > bodyLimit ? Effect.fail(enough) : Effect.void
    }
    return Stream.runForEach(response.stream, take).pipe(
      // The platform throws at a `Response` that somebody has read already.
      Effect.catchAllDefect(
        (cause) =>
          new HttpClientError.ResponseError({ request: response.request, response, reason: "Decode", cause })
      ),
      Effect.catchAll((error) =>
        // `EmptyBody` is the platform's word for a `Response` whose body is null.
        error === enough || error.reason === "EmptyBody" ? Effect.void : Effect.fail(error)
      ),
      Effect.map(() => (size > bodyLimit ? Either.left("size") : textOf(chunks)))
    )
  })

/**
 * Whether a body may be read at once. A `Response` may be longer than its
 * header says: a caller's `fetch` made it.
 */
const isSmall = (response: HttpClientResponse.HttpClientResponse): boolean => {
  const { "content-encoding": coding, "content-length": length = "" } = response.headers
  if (webResponse(response) !== undefined || coding !== undefined) return false
  return /^\d+$/.test(length) && Number(length) <= bodyLimit
}

/** Reads a small body at once: a stream costs more than the rest of a call. */
export const readBody = (
  response: HttpClientResponse.HttpClientResponse
): Effect.Effect<BodyText, HttpClientError.ResponseError> =>
  isSmall(response)
    ? Effect.map(response.arrayBuffer, (bytes) =>
        bytes.byteLength > bodyLimit ? Either.left("size") : textOf([new Uint8Array(bytes)])
      )
    : readStream(response)
