/**
 * SHA-256 (FIPS 180-4). The platform's own is asynchronous in browsers and
 * workers, and an answer's ETag is wanted while the answer is being made.
 */
const encoder = /* #__PURE__ */ new TextEncoder()

let constants: { readonly rounds: Int32Array; readonly initial: Int32Array } | undefined

/** The fractional parts of the roots of the first primes, as the standard defines them. */
const roots = () => {
  if (constants !== undefined) return constants
  const primes: Array<number> = []
  for (let candidate = 2; primes.length < 64; candidate++) {
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate)
  }
  const fraction = (root: number) => ((root % 1) * 4294967296) | 0
  constants = {
    rounds: Int32Array.from(primes, (prime) => fraction(prime ** (1 / 3))),
    initial: Int32Array.from(primes.slice(0, 8), (prime) => fraction(prime ** (1 / 2)))
  }
  return constants
}

const padded = (message: Uint8Array): DataView => {
  const bytes = new Uint8Array((((message.length + 8) >> 6) << 6) + 64)
  bytes.set(message)
  bytes[message.length] = 0x80
  const view = new DataView(bytes.buffer)
  view.setUint32(bytes.length - 8, Math.floor(message.length / 0x20000000))
  view.setUint32(bytes.length - 4, message.length << 3)
  return view
}

const rotate = (word: number, by: number) => (word >>> by) | (word << (32 - by))

/** The digest of a text (as UTF-8) or of bytes. */
export const sha256 = (message: string | Uint8Array): Uint8Array => {
  const { initial, rounds } = roots()
  const view = padded(typeof message === "string" ? encoder.encode(message) : message)
  const hash = Int32Array.from(initial)
  const words = new Int32Array(64)
  const at = (list: Int32Array, index: number) => list[index] as number

  for (let block = 0; block < view.byteLength; block += 64) {
    for (let index = 0; index < 16; index++) words[index] = view.getInt32(block + index * 4)
    for (let index = 16; index < 64; index++) {
      const early = at(words, index - 15)
      const late = at(words, index - 2)
      const mixedEarly = rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3)
      const mixedLate = rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10)
      words[index] = (at(words, index - 16) + mixedEarly + at(words, index - 7) + mixedLate) | 0
    }
    let [a, b, c, d, e, f, g, h] = hash as unknown as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number
    ]
    for (let index = 0; index < 64; index++) {
      const choice = (e & f) ^ (~e & g)
      const majority = (a & b) ^ (a & c) ^ (b & c)
      const first =
        (h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + choice + at(rounds, index) + at(words, index)) |
        0
      const second = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + majority) | 0
      h = g
      g = f
      f = e
      e = (d + first) | 0
      d = c
      c = b
      b = a
      a = (first + second) | 0
    }
    ;[a, b, c, d, e, f, g, h].forEach((word, index) => {
      hash[index] = (at(hash, index) + word) | 0
    })
  }

  const digest = new DataView(new ArrayBuffer(32))
  hash.forEach((word, index) => {
    digest.setInt32(index * 4, word)
  })
  return new Uint8Array(digest.buffer)
}

export const sha256Hex = (message: string | Uint8Array): string =>
  Array.from(sha256(message), (byte) => (256 + byte).toString(16).slice(1)).join("")
