/**
 * Decodes a body's content codings, up to a limit, as `fetch` does by itself.
 *
 * Decoding is synchronous. TMDB's bodies are under a kilobyte, for which the thread
 * pool costs more than the work. The limit keeps the largest one to a few
 * milliseconds.
 */
import * as zlib from "node:zlib"

/** How core's transport is told that a body is too large or cannot be decoded. */
export interface Refusal {
  readonly refused: "size" | "encoding"
}

const tooLarge: Refusal = { refused: "size" }
const undecodable: Refusal = { refused: "encoding" }

type Decode = (body: Uint8Array, options: zlib.ZlibOptions & zlib.BrotliOptions) => Uint8Array

/** By the standard, "deflate" has zlib's header. Some servers leave it out. */
const inflate: Decode = (body, options) =>
  ((body[0] ?? 0) & 0x0f) === 8 ? zlib.inflateSync(body, options) : zlib.inflateRawSync(body, options)

const decoderOf = (coding: string): Decode | undefined => {
  switch (coding) {
    case "br":
      return zlib.brotliDecompressSync
    case "gzip":
    case "x-gzip":
      return zlib.gunzipSync
    case "deflate":
      return inflate
    default:
      return undefined
  }
}

/** No JSON begins with these bytes. TMDB's CDN once sent gzip without its header for days. */
const isGzip = (body: Uint8Array): boolean => body[0] === 0x1f && body[1] === 0x8b && body[2] === 8

const codings = (contentEncoding: string | undefined): ReadonlyArray<string> =>
  (contentEncoding ?? "")
    .toLowerCase()
    .split(",")
    .map((coding) => coding.trim())
    .filter((coding) => coding !== "" && coding !== "identity")

const isTooLarge = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE"

/** A hostile server may repeat a coding many times. No honest server needs more than this. */
const mostCodings = 3

/** The decoded body, or the refusal of one that has more than `limit` bytes or cannot be decoded. */
export const decodeBody = (
  body: Uint8Array,
  contentEncoding: string | undefined,
  limit: number
): Uint8Array | Refusal => {
  if (body.byteLength === 0) return body
  if (contentEncoding === undefined && !isGzip(body)) return body
  const named = codings(contentEncoding)
  if (named.length > mostCodings) return undecodable
  let decoded = body
  // The coding that was applied last is decoded first.
  for (const coding of [...named].reverse()) {
    const decode = decoderOf(coding)
    if (decode === undefined) return undecodable
    try {
      decoded = decode(decoded, { maxOutputLength: limit })
    } catch (error) {
      return isTooLarge(error) ? tooLarge : undecodable
    }
  }
  return named.length === 0 && isGzip(decoded) ? decodeBody(decoded, "gzip", limit) : decoded
}

export const isRefusal = (body: Uint8Array | Refusal): body is Refusal => "refused" in body
