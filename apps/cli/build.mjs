/** Bundles the command: one package without a dependency that it needs, in chunks that are loaded when needed, and its manual. */
import { createHash } from "node:crypto"
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { basename, dirname, join } from "node:path"
import { pathToFileURL } from "node:url"
import { transformSync, types } from "@babel/core"
import { build, transform } from "esbuild"

const { version } = JSON.parse(readFileSync("package.json", "utf8"))

/** What the command needs of undici at times only goes into a file of its own. */
const rareFile = "./undici.cjs"
const rare = [
  "dispatcher/env-http-proxy-agent.js",
  "api/api-connect.js",
  "web/fetch/body.js",
  "llhttp/llhttp-wasm.js"
]

/** undici's parser, as bytes: as text it would be read, kept with the compiled code, and decoded. */
const parserFile = "llhttp.wasm"

/**
 * Half of undici is read at each start, and compiled. Of what the adapter uses
 * the client waits until there is a request to make; the rest waits in the rare
 * file; HTTP/2, which is never asked for, is left out. A command is over before
 * it would pay to optimise undici's parser, which takes longer than all of it.
 * That is said no sooner than the parser is needed: from then on V8 takes none
 * of the compiled code that Node brings for its own modules.
 */
const undici = {
  name: "undici",
  setup: ({ onLoad, onResolve }) => {
    const namespace = "undici"
    onResolve({ filter: /\blib\/dispatcher\/client\.js$/ }, ({ namespace: from, resolveDir }) =>
      from === namespace ? undefined : { path: "client", namespace, pluginData: resolveDir }
    )
    onLoad({ filter: /^client$/, namespace }, ({ pluginData }) => ({
      resolveDir: pluginData,
      contents: `
        module.exports = function (...given) {
          return new (require("undici/lib/dispatcher/client.js"))(...given)
        }
      `
    }))
    onResolve(
      { filter: /\/(env-http-proxy-agent|api-connect|fetch\/body|llhttp-wasm)\.js$/ },
      ({ path }) => ({
        path: rare.find((one) => path.endsWith(one.split("/").slice(1).join("/"))),
        namespace
      })
    )
    onLoad({ filter: /\/(env-http-proxy-agent|api-connect)\.js$/, namespace }, ({ path }) => ({
      contents: `
        module.exports = function (...given) {
          const rare = require("${rareFile}")["${path}"]
          return new.target === undefined ? rare.apply(this, given) : new rare(...given)
        }
      `
    }))
    onLoad({ filter: /\/(body|llhttp-wasm)\.js$/, namespace }, ({ path }) => ({
      contents: `module.exports = require("${rareFile}")["${path}"]`
    }))
    onResolve({ filter: /\bllhttp_simd-wasm\.js$/ }, ({ namespace: from, resolveDir }) =>
      from === namespace ? undefined : { path: "parser", namespace, pluginData: resolveDir }
    )
    onLoad({ filter: /^parser$/, namespace }, ({ pluginData }) => ({
      resolveDir: pluginData,
      contents: `
        require("node:v8").setFlagsFromString("--liftoff-only")
        const { dirname, join } = require("node:path")
        module.exports = require("node:fs").readFileSync(join(dirname(__filename), "${parserFile}"))
      `
    }))
    onResolve({ filter: /^node:assert$/ }, ({ importer }) =>
      importer.includes("/undici/") ? { path: "assert", namespace } : undefined
    )
    onLoad({ filter: /^assert$/, namespace }, () => ({
      contents: "module.exports = (value, message) => { if (!value) throw new Error(message) }"
    }))
    // The tables of a parser that is generated: of its dozens, two are looked at.
    onLoad({ filter: /\/llhttp\/constants\.js$/ }, ({ path }) => {
      const { ERROR, TYPE } = createRequire(path)(path)
      return { contents: `module.exports = ${JSON.stringify({ ERROR, TYPE })}` }
    })
    onResolve({ filter: /client-h2\.js$/ }, () => ({ path: "h2", namespace }))
    onLoad({ filter: /^h2$/, namespace }, () => ({
      contents: 'module.exports = () => { throw new Error("HTTP/2 was not asked for") }'
    }))
  }
}

/** Node's own modules take their time, too: these wait for the first call of a function. */
const rareFunctions = {
  "node:child_process": ["spawn"],
  "node:crypto": ["createHash", "randomBytes", "timingSafeEqual"],
  "node:fs/promises": ["link", "mkdir", "open", "readdir", "readFile", "rename", "rm", "unlink", "writeFile"],
  "node:http": ["createServer"],
  "node:module": ["createRequire"],
  "node:v8": ["cachedDataVersionTag", "setFlagsFromString"],
  "node:zlib": ["brotliDecompressSync", "crc32", "gunzipSync", "inflateRawSync", "inflateSync"]
}

/** To look at a file takes less of Node than to hold it open, and here no threads: nothing else is done meanwhile. */
const looking = `
  import { constants, lstatSync } from "node:fs"
  export const lstat = async (...given) => lstatSync(...given)
  export { constants }
`

const node = {
  name: "node",
  setup: ({ onLoad, onResolve }) => {
    const namespace = "node"
    onResolve(
      { filter: new RegExp(`^(${Object.keys(rareFunctions).join("|")})$`) },
      ({ importer, namespace: from, path }) => {
        if (from === namespace) return undefined
        if (path === "node:http" && importer.includes("/undici/")) return { path: "http", namespace }
        if (path === "node:zlib" && importer.includes("/sandbox/")) return undefined
        return { path, namespace }
      }
    )
    // From Node 22 on, loading its HTTP loads a second undici, Node's own. Ours looks at two constants of it.
    onLoad({ filter: /^http$/, namespace }, () => ({
      contents: "exports.IncomingMessage = class {}\nexports.maxHeaderSize = 16384"
    }))
    // What everybody has at hand is loaded from a module of its own.
    onResolve({ filter: /^node:process$/ }, () => ({ path: "process", namespace }))
    onLoad({ filter: /^process$/, namespace }, () => ({ contents: "module.exports = process" }))
    onLoad({ filter: /^node:/, namespace }, ({ path }) => ({
      contents: rareFunctions[path]
        .map((name) => `export const ${name} = (...given) => require("${path}").${name}(...given)`)
        .concat(path === "node:fs/promises" ? looking : [])
        .join("\n")
    }))
  }
}

/** The platform's errors of files and the like are schemas, made anew at each start: no bundler dares to leave them out. */
const platform = {
  name: "platform",
  setup: ({ onLoad }) => {
    onLoad({ filter: /@effect\/platform\/dist\/esm\/Error\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace(
        /^export class (\w+) ([\s\S]*?\n)\}$/gm,
        "export const $1 = /* @__PURE__ */ (() => class $1 $2})()"
      )
    }))
  }
}

/**
 * Effect's clock counts from Node's measurements of itself, for which Node loads
 * ten modules; Node's other clock will do. And it looks at its own stack, to see
 * whether a bundler has left a function of its own that tidies others': V8 then
 * counts the lines of all that is loaded. It is left here.
 */
const effect = {
  name: "effect",
  setup: ({ onLoad }) => {
    onLoad({ filter: /effect\/dist\/esm\/internal\/clock\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace('typeof performance === "undefined"', "true")
    }))
    onLoad({ filter: /effect\/dist\/esm\/Utils\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace(/(const isNotOptimizedAway =).*;/, "$1 true;")
    }))
  }
}

const options = {
  bundle: true,
  minify: true,
  format: "esm",
  platform: "node",
  target: "node20.18",
  conditions: ["tmdb-session-source"],
  // Native code, which no bundle can hold: an optional dependency.
  external: ["@napi-rs/keyring", rareFile],
  define: { TMDB_SESSION_VERSION: JSON.stringify(version) },
  outdir: "dist",
  write: false,
  plugins: [undici, node, platform, effect]
}

/**
 * V8 reads an arrow function inside a module in full, called or not, and any
 * other function only in passing until it is called: Effect has thousands. Those
 * that use what their surroundings call `this` and `arguments` stay as they are.
 */
const functions = {
  visitor: {
    ArrowFunctionExpression: {
      exit: (arrow) => {
        let bound = false
        const bind = () => {
          bound = true
        }
        arrow.traverse({
          "FunctionDeclaration|FunctionExpression": (inner) => inner.skip(),
          "ThisExpression|Super|MetaProperty": bind,
          Identifier: ({ node }) => node.name === "arguments" && bind()
        })
        if (bound) return
        arrow.ensureBlock()
        const { async, body, params } = arrow.node
        arrow.replaceWith(types.functionExpression(null, params, body, false, async))
      }
    }
  }
}

/** What ES modules know of themselves, in the words of CommonJS, which starts sooner. */
const commonJs = {
  format: "cjs",
  platform: options.platform,
  target: options.target,
  minify: options.minify,
  supported: { "dynamic-import": false },
  define: { "import.meta.url": "__filename", "import.meta.dirname": "__dirname" }
}

const quickToStart = async (text) => {
  const { code } = await transform(text, commonJs)
  return transformSync(code, {
    babelrc: false,
    configFile: false,
    compact: options.minify,
    sourceType: "script",
    plugins: [functions]
  }).code
}

/** Of all chunks: what was compiled of others is of no use to these. */
const sum = createHash("sha256")

/** As `CompiledCode.ts` loads it. What was an ES module is strict, and stays so. */
const writeChunk = (path, code) => {
  const text = `(function(exports,require,module,__filename){"use strict";${code}})`
  sum.update(text)
  writeFileSync(path, text)
}

rmSync("dist", { recursive: true, force: true })
mkdirSync("dist/chunks", { recursive: true })
writeFileSync("dist/package.json", `${JSON.stringify({ type: "commonjs" })}\n`)

const { outputFiles: chunks } = await build({
  ...options,
  entryPoints: ["src/Parse.ts"],
  entryNames: "chunks/[name]-[hash]",
  chunkNames: "chunks/[name]-[hash]",
  splitting: true,
  legalComments: "linked"
})
for (const { path, text } of chunks) {
  if (path.endsWith(".js")) writeChunk(path, await quickToStart(text))
  else writeFileSync(path, text)
}

const undiciFolder = dirname(
  createRequire(realpathSync("node_modules/@tmdb-session/node/package.json")).resolve("undici")
)
const { outputFiles: rareChunks } = await build({
  stdin: {
    contents: rare
      .map((path) => `Object.defineProperty(exports, "${path}", { get: () => require("./lib/${path}") })`)
      .join("\n"),
    resolveDir: undiciFolder
  },
  ...commonJs,
  bundle: true,
  write: false
})
for (const { text } of rareChunks) writeChunk(join("dist/chunks", rareFile), text)
writeFileSync(
  join("dist/chunks", parserFile),
  createRequire(import.meta.url)(join(undiciFolder, "lib/llhttp/llhttp_simd-wasm.js"))
)

const parse = chunks.map(({ path }) => basename(path)).find((name) => /^Parse-\w+\.js$/.test(name))
const { outputFiles: main } = await build({
  ...options,
  ...commonJs,
  define: {
    ...options.define,
    ...commonJs.define,
    TMDB_SESSION_BUILD: JSON.stringify(sum.digest("hex").slice(0, 8)),
    TMDB_SESSION_CHUNK: JSON.stringify(`chunks/${parse}`)
  },
  entryPoints: ["src/main.ts"]
})
for (const { path, text } of main) writeFileSync(path, text)
chmodSync("dist/main.js", 0o755)

const folder = mkdtempSync(join(tmpdir(), "tmdb-session-manual-"))
const outfile = join(folder, "manual.mjs")
try {
  // undici is CommonJS and asks for Node's own modules in its way.
  const js =
    'import{createRequire as tmdbSessionRequire}from"node:module";const require=tmdbSessionRequire(import.meta.url);'
  const contents = 'export { manual } from "./src/Manual.ts"\nexport { program } from "./src/Program.ts"\n'
  const [{ text }] = (await build({ ...options, banner: { js }, stdin: { contents, resolveDir: "." } }))
    .outputFiles
  writeFileSync(outfile, text)
  const { manual, program } = await import(pathToFileURL(outfile).href)
  writeFileSync("dist/tmdb-session.1", manual(program()))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
