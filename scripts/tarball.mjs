/** What a package's tarball holds. */
import { gunzipSync } from "node:zlib"

const block = 512
const text = (bytes, from, length) => bytes.toString("utf8", from, from + length).replace(/\0.*$/s, "")

/**
 * @param {Uint8Array} tarball gzipped
 * @returns {ReadonlyArray<{ readonly path: string, readonly size: number, readonly content: Buffer }>} its
 *   files, by their path in the package
 */
export const filesOf = (tarball) => {
  const bytes = gunzipSync(tarball)
  const files = []
  let at = 0
  while (at + block <= bytes.length && bytes[at] !== 0) {
    const size = Number.parseInt(text(bytes, at + 124, 12), 8)
    const type = text(bytes, at + 156, 1)
    const path = [text(bytes, at + 345, 155), text(bytes, at, 100)].filter((part) => part !== "").join("/")
    const content = bytes.subarray(at + block, at + block + size)
    if (type === "0" || type === "") files.push({ path: path.replace(/^package\//, ""), size, content })
    at += block + Math.ceil(size / block) * block
  }
  return files
}
