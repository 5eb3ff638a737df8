/** Bundles the command: one package without a dependency that it needs, in chunks that are loaded when needed, and its manual. */
import { createHash } from "node:crypto"
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { rolldown } from "rolldown"
import { effect } from "./bundle/effect.mjs"
import { withFunctions } from "./bundle/functions.mjs"
import { node } from "./bundle/node.mjs"
import { parser, parserFile, rareFile, rareUndici, undici } from "./bundle/undici.mjs"

const { version } = JSON.parse(readFileSync("package.json", "utf8"))

/** The files of a bundle, as CommonJS, which starts sooner than ES modules. */
const bundle = async (input, { define = {}, plugins = [undici, node, effect], ...output } = {}) => {
  const build = await rolldown({
    input,
    plugins,
    platform: "node",
    resolve: { conditionNames: ["tmdb-session-source"] },
    // Native code, which no bundle can hold: an optional dependency.
    external: ["@napi-rs/keyring"],
    transform: {
      target: "node20.18",
      define: { TMDB_SESSION_VERSION: JSON.stringify(version), "import.meta.url": "__filename", ...define }
    },
    preserveEntrySignatures: "allow-extension",
    onLog: (level, log) => {
      if (level === "warn") throw new Error(log.message)
    }
  })
  const names = "[name]-[hash].js"
  const files = await build.generate({
    format: "cjs",
    minify: true,
    entryFileNames: names,
    chunkFileNames: names,
    ...output
  })
  await build.close()
  return files.output
}

/** Of all chunks: what was compiled of others is of no use to these. */
const sum = createHash("sha256")

/** As `CompiledCode.ts` loads it. What was an ES module is strict, and stays so. */
const writeChunk = (name, code) => {
  const text = `(function(exports,require,module,__filename){"use strict";${withFunctions(code)}})`
  sum.update(text)
  writeFileSync(join("dist/chunks", name), text)
}

rmSync("dist", { recursive: true, force: true })
mkdirSync("dist/chunks", { recursive: true })
writeFileSync("dist/package.json", `${JSON.stringify({ type: "commonjs" })}\n`)

// Each file has its cost: what a start needs is two of them, one to read the arguments, one to run a command.
const chunks = await bundle("src/Parse.ts", {
  codeSplitting: {
    groups: [
      { name: "Parse", test: /\/src\/Parse\.ts$/, priority: 2 },
      { name: "Commands", test: /\/src\/Commands\.ts$/, priority: 1 }
    ]
  }
})
for (const { code, fileName } of chunks) writeChunk(fileName, code)

const [rare] = await bundle(rareFile, { plugins: [rareUndici] })
writeChunk(rareFile, rare.code)
writeFileSync(join("dist/chunks", parserFile), parser())

const [main] = await bundle("src/main.ts", {
  define: {
    TMDB_SESSION_BUILD: JSON.stringify(sum.digest("hex").slice(0, 8)),
    TMDB_SESSION_CHUNK: JSON.stringify(`chunks/${chunks.find(({ isEntry }) => isEntry).fileName}`)
  }
})
writeFileSync("dist/main.js", main.code)
// Whatever the umask of who builds it.
chmodSync("dist/main.js", 0o755)

const folder = mkdtempSync(join(tmpdir(), "tmdb-session-manual-"))
try {
  const [{ code }] = await bundle("src/Manual.ts", { codeSplitting: false })
  const file = join(folder, "manual.cjs")
  writeFileSync(file, code)
  const { manual } = createRequire(import.meta.url)(file)
  writeFileSync("dist/tmdb-session.1", manual())
} finally {
  rmSync(folder, { recursive: true, force: true })
}
