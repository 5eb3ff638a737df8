/**
 * The gzip format (RFC 1952) without compression. That is enough to imitate an
 * edge that compresses a body and sends no `Content-Encoding`.
 */
const checksum = (bytes: Uint8Array): number => {
  let remainder = -1
  for (const byte of bytes) {
    remainder ^= byte
    for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0xedb88320 : 0)
  }
  return ~remainder >>> 0
}

const HEADER = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]
const LONGEST_BLOCK = 65535

export const gzipStored = (text: string): Uint8Array => {
  const content = new TextEncoder().encode(text)
  const blocks = Math.max(1, Math.ceil(content.length / LONGEST_BLOCK))
  const bytes = new Uint8Array(HEADER.length + blocks * 5 + content.length + 8)
  const view = new DataView(bytes.buffer)
  bytes.set(HEADER)
  let at = HEADER.length
  for (let block = 0; block < blocks; block++) {
    const part = content.subarray(block * LONGEST_BLOCK, (block + 1) * LONGEST_BLOCK)
    view.setUint8(at, block === blocks - 1 ? 1 : 0)
    view.setUint16(at + 1, part.length, true)
    view.setUint16(at + 3, ~part.length & 0xffff, true)
    bytes.set(part, at + 5)
    at += 5 + part.length
  }
  view.setUint32(at, checksum(content), true)
  view.setUint32(at + 4, content.length, true)
  return bytes
}
