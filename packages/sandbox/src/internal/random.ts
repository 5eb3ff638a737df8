/**
 * Random tokens and ids, and a seeded generator for faults with a probability.
 * Every answer needs random bytes, so they are drawn in bulk from the platform's
 * cryptographic source.
 */
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

export interface Random {
  /** A string of lower-case hexadecimal digits. */
  readonly hex: (length: number) => string
  /** A string over the alphabet of base64url. */
  readonly base64url: (length: number) => string
  readonly pick: <A>(choices: readonly [A, ...ReadonlyArray<A>]) => A
}

export const makeRandom = (): Random => {
  const pool = new Uint8Array(4096)
  let used = pool.length

  const byte = (): number => {
    if (used === pool.length) {
      crypto.getRandomValues(pool)
      used = 0
    }
    return pool[used++] ?? 0
  }

  const hex = (length: number): string => {
    let text = ""
    while (text.length < length) text += (256 + byte()).toString(16).slice(1)
    return text.slice(0, length)
  }

  const base64url = (length: number): string => {
    let text = ""
    while (text.length < length) text += ALPHABET.charAt(byte() & 63)
    return text
  }

  return { hex, base64url, pick: (choices) => choices[byte() % choices.length] ?? choices[0] }
}

/** The mulberry32 generator: numbers in [0, 1), the same for the same seed. */
export const seeded = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
