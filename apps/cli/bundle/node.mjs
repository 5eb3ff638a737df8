/** Node's own modules take their time, too: those that a start may do without wait for the first call of a function. */

const rareFunctions = {
  "node:child_process": ["spawn"],
  "node:crypto": ["createHash", "randomBytes", "timingSafeEqual"],
  "node:fs/promises": ["link", "mkdir", "open", "readdir", "readFile", "rename", "rm", "unlink", "writeFile"],
  "node:http": ["createServer"],
  "node:module": ["createRequire"],
  "node:v8": ["cachedDataVersionTag", "setFlagsFromString"],
  "node:zlib": ["brotliDecompressSync", "gunzipSync", "inflateRawSync", "inflateSync"]
}

/** To look at a file takes less of Node than to hold it open, and here no threads: nothing else is done meanwhile. */
const looking = `
  import { constants, lstatSync } from "node:fs"
  export const lstat = async (...given) => lstatSync(...given)
  export { constants }
`

const later = (path) =>
  rareFunctions[path]
    .map((name) => `export const ${name} = (...given) => require("${path}").${name}(...given)`)
    .concat(path === "node:fs/promises" ? looking : [])
    .join("\n")

const virtual = "\0node:"

export const node = {
  name: "node",
  resolveId: (id, importer) => {
    if (importer?.startsWith(virtual)) return undefined
    // What everybody has at hand is loaded from a module of its own.
    if (id === "node:process") return virtual + id
    if (!(id in rareFunctions)) return undefined
    // The sandbox, and what it is made of, uses more of them.
    if (/\/(sandbox|@noble)\//.test(importer)) return undefined
    return virtual + id
  },
  load: (id) => {
    if (!id.startsWith(virtual)) return undefined
    const path = id.slice(virtual.length)
    return path === "node:process" ? "module.exports = process" : later(path)
  }
}
