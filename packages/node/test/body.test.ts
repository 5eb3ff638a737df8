/** Content codings, with whatever bytes a server may send. */
import { randomBytes } from "node:crypto"
import * as zlib from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { decodeBody, isRefusal } from "../src/internal/body.js"

const limit = 65_536

const encoders = {
  gzip: (body: Uint8Array) => zlib.gzipSync(body),
  "x-gzip": (body: Uint8Array) => zlib.gzipSync(body),
  deflate: (body: Uint8Array) => zlib.deflateSync(body),
  br: (body: Uint8Array) =>
    zlib.brotliCompressSync(body, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 } })
}
type Coding = keyof typeof encoders
const coding = fc.constantFrom(...(Object.keys(encoders) as Array<Coding>))

/** No JSON begins as gzip does. */
const plain = fc.json().map((text) => Buffer.from(text))

describe("decodeBody", () => {
  it("undoes up to three codings, in whatever case and spacing they are named", () => {
    fc.assert(
      fc.property(plain, fc.array(coding, { maxLength: 3 }), fc.boolean(), (body, codings, loud) => {
        const encoded = codings.reduce<Uint8Array>((bytes, name) => encoders[name](bytes), body)
        const named = codings.join(" ,  ")
        const decoded = decodeBody(encoded, loud ? named.toUpperCase() : named, limit)
        assert.deepStrictEqual(Buffer.from(decoded as Uint8Array), body)
      })
    )
  })

  it("never throws, and never yields more than the limit, whatever comes", () => {
    const named = fc.option(fc.oneof(coding, fc.string(), fc.array(coding).map(String)), { nil: undefined })
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), named, (bytes, name) => {
        const decoded = decodeBody(bytes, name, 100)
        if (!isRefusal(decoded) && decoded !== bytes) assert.isAtMost(decoded.byteLength, 100)
      })
    )
  })

  it("holds what grows to the limit, to the byte", () => {
    const body = randomBytes(limit)
    for (const [name, encode] of Object.entries(encoders)) {
      assert.deepStrictEqual(Buffer.from(decodeBody(encode(body), name, limit) as Uint8Array), body)
      assert.deepStrictEqual(decodeBody(encode(body), name, limit - 1), { refused: "size" })
    }
  })
})
