/**
 * undici, cut to what a start needs.
 *
 * Half of it would be read at each start, and compiled. What makes a connection
 * waits until there is a request to make; what is needed at times only waits in
 * a file of its own; HTTP/2, which is never asked for, is left out.
 */
import { readFileSync, realpathSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"

const folder = join(
  dirname(createRequire(realpathSync("node_modules/@tmdb-session/node/package.json")).resolve("undici")),
  "lib"
)

const require = createRequire(import.meta.url)

/** What the command needs at times only. */
export const rareFile = "./undici.cjs"

const rareModule = (path) => `module.exports = require("${rareFile}")["${path}"]`

const rareFunction = (path) => `
  module.exports = function (...given) {
    const rare = require("${rareFile}")["${path}"]
    return new.target === undefined ? rare.apply(this, given) : new rare(...given)
  }
`

const rare = {
  "dispatcher/env-http-proxy-agent.js": rareFunction,
  "api/api-connect.js": rareFunction,
  "web/fetch/body.js": rareModule,
  "llhttp/llhttp-wasm.js": rareModule
}

const get = (path) =>
  `Object.defineProperty(exports, "${path}", { get: () => require(${JSON.stringify(join(folder, path))}) })`

/** Makes the rare file. */
export const rareUndici = {
  name: "rare undici",
  resolveId: (id) => (id === rareFile ? id : undefined),
  load: (id) => (id === rareFile ? Object.keys(rare).map(get).join("\n") : undefined)
}

/** undici's parser, as bytes: as text it would be read, kept with the compiled code, and decoded. */
export const parserFile = "llhttp.wasm"

export const parser = () => require(join(folder, "llhttp/llhttp_simd-wasm.js"))

/**
 * A command is over before it would pay to optimise the parser, which takes
 * longer than all of it. That is said no sooner than the parser is needed: from
 * then on V8 takes none of the compiled code that Node brings for its own modules.
 */
const parserFromFile = `
  require("node:v8").setFlagsFromString("--liftoff-only")
  const { dirname, join } = require("node:path")
  module.exports = require("node:fs").readFileSync(join(dirname(__filename), "${parserFile}"))
`

/** Of a generated parser's dozens of tables, two are looked at. */
const tables = (path) => {
  const { ERROR, TYPE } = require(join(folder, path))
  return `module.exports = ${JSON.stringify({ ERROR, TYPE })}`
}

const itself = "?itself"

const later = (path) => `
  module.exports = function (...given) {
    const now = require(${JSON.stringify(join(folder, path) + itself)})
    return new.target === undefined ? now(...given) : new now(...given)
  }
`

const replaced = {
  ...rare,
  "core/connect.js": later,
  "dispatcher/client.js": later,
  "dispatcher/client-h2.js": () => 'module.exports = () => { throw new Error("HTTP/2 was not asked for") }',
  "llhttp/llhttp_simd-wasm.js": () => parserFromFile,
  "llhttp/constants.js": tables
}

/** In place of Node's modules, for undici alone: it looks at two constants of its HTTP, which loads a second undici. */
const nodeModules = {
  "node:assert": "module.exports = (value, message) => { if (!value) throw new Error(message) }",
  "node:http": "exports.IncomingMessage = class {}\nexports.maxHeaderSize = 16384"
}

const virtual = "\0undici:"

/** Makes the rest. */
export const undici = {
  name: "undici",
  resolveId: (id, importer) => {
    if (id === rareFile) return { id, external: true }
    if (id.endsWith(itself)) return id
    if (importer?.startsWith(folder) && id in nodeModules) return virtual + id
    return undefined
  },
  load: (id) => {
    if (id.startsWith(virtual)) return nodeModules[id.slice(virtual.length)]
    if (!id.startsWith(folder)) return undefined
    if (id.endsWith(itself)) return readFileSync(id.slice(0, -itself.length), "utf8")
    const path = id.slice(folder.length + 1)
    return replaced[path]?.(path)
  }
}
