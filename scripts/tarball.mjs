/** What a package's tarball holds. */
import { parseTarGzip } from "nanotar"

/**
 * @param {Uint8Array} tarball gzipped
 * @returns {Promise<ReadonlyArray<{ readonly path: string, readonly size: number, readonly text: string }>>} its
 *   files, by their path in the package
 */
export const filesOf = async (tarball) =>
  (await parseTarGzip(tarball))
    .filter(({ type }) => type === "file")
    .map(({ name, size, text }) => ({ path: name.replace(/^package\//, ""), size, text }))
