/** Reads the body of an answer as text, up to `bodyLimit`. */
import * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Stream from "effect/Stream"
import { bodyLimit } from "../Delivery.js"

/** A body as text, or why there is none: it is too large, or not UTF-8. */
export type BodyText = Either.Either<string, "size" | "encoding">

/** Strict, since a replacement character in a session id would lose the session. A byte order mark is dropped. */
const textOf = (chunks: ReadonlyArray<Uint8Array>): BodyText => {
  const decoder = new TextDecoder("utf-8", { fatal: true })
  try {
    const text = chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join("")
    return Either.right(text + decoder.decode())
  } catch {
    return Either.left("encoding")
  }
}

/** The platform's response holds the `Response` of `fetch`, which its types do not show. */
interface OfFetch {
  readonly original?: OfFetch
  readonly source?: { readonly redirected?: boolean }
}

export const webResponse = (response: HttpClientResponse.HttpClientResponse): OfFetch["source"] => {
  const { original, source }: OfFetch = response as OfFetch
  return original?.source ?? source
}

/** Stops reading a stream that is too large. */
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
      // The platform throws when the `Response` has already been read.
      Effect.catchAllDefect(
        (cause) =>
          new HttpClientError.ResponseError({ request: response.request, response, reason: "Decode", cause })
      ),
      Effect.catchAll((error) =>
        // `EmptyBody`: the `Response` has a null body, which is read as empty text.
        error === enough || error.reason === "EmptyBody" ? Effect.void : Effect.fail(error)
      ),
      Effect.map(() => (size > bodyLimit ? Either.left("size") : textOf(chunks)))
    )
  })

/** Trusts the header, but not that of a `Response`: a caller's own `fetch` may return a longer body. */
const isSmall = (response: HttpClientResponse.HttpClientResponse): boolean => {
  const { "content-encoding": coding, "content-length": length = "" } = response.headers
  if (webResponse(response) !== undefined || coding !== undefined) return false
  return /^\d+$/.test(length) && Number(length) <= bodyLimit
}

/** Reads a small body at once. Reading a stream costs more than the rest of a call. */
export const readBody = (
  response: HttpClientResponse.HttpClientResponse
): Effect.Effect<BodyText, HttpClientError.ResponseError> =>
  isSmall(response)
    ? Effect.map(response.arrayBuffer, (bytes) =>
        bytes.byteLength > bodyLimit ? Either.left("size") : textOf([new Uint8Array(bytes)])
      )
    : readStream(response)
