/**
 * Undoes the content codings of a body, within bounds.
 *
 * Bodies are decoded synchronously: TMDB's are under a kilobyte, for which a
 * trip to the thread pool costs more than the work, and the cap keeps the worst
 * one to a few milliseconds.
 */
import * as zlib from "node:zlib"

/** Core's word for a body that is not held or cannot be read; see its transport. */
export interface Refusal {
  readonly refused: "size" | "encoding"
}

const tooLarge: Refusal = { refused: "size" }
const undecodable: Refusal = { refused: "encoding" }

type Decode = (body: Uint8Array, options: zlib.ZlibOptions & zlib.BrotliOptions) => Uint8Array

/** "deflate" is zlib's format by the standard, but some servers send the bare one. */
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

/** No JSON begins with these bytes: TMDB's edge once sent gzip for days without saying so. */
const isGzip = (body: Uint8Array): boolean => body[0] === 0x1f && body[1] === 0x8b && body[2] === 8

const codings = (contentEncoding: string | undefined): ReadonlyArray<string> =>
  (contentEncoding ?? "")
    .toLowerCase()
    .split(",")
    .map((coding) => coding.trim())
    .filter((coding) => coding !== "" && coding !== "identity")

const isTooLarge = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE"

/** An attacker may name a coding many times over. An honest server names no more than it needs. */
const mostCodings = 3

/** The body without its codings, at most `limit` bytes of it, or why there is none. */
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
  // The coding that was applied last comes off first.
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
