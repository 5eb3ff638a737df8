/** Bundles the command: one package without dependencies, in chunks that are loaded when needed, and its manual. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { build } from "esbuild"

const { version } = JSON.parse(readFileSync("package.json", "utf8"))

/**
 * All of undici is half a megabyte, to be compiled at each start. The command
 * uses one class of it, and another where there is a proxy; both have the same
 * version as the rest, for it is bundled.
 */
const undici = {
  name: "undici",
  setup: ({ onLoad, onResolve }) => {
    onResolve({ filter: /^undici$/ }, ({ resolveDir }) => ({ path: resolveDir, namespace: "undici" }))
    onLoad({ filter: /.*/, namespace: "undici" }, ({ path }) => ({
      resolveDir: path,
      contents: `
        exports.Client = require("undici/lib/dispatcher/client.js")
        Object.defineProperty(exports, "EnvHttpProxyAgent", {
          get: () => require("undici/lib/dispatcher/env-http-proxy-agent.js")
        })
      `
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
  external: ["@napi-rs/keyring"],
  define: { TMDB_SESSION_VERSION: JSON.stringify(version) },
  plugins: [undici],
  // undici is CommonJS and asks for Node's own modules in its way.
  banner: {
    js: 'import{createRequire as tmdbSessionRequire}from"node:module";const require=tmdbSessionRequire(import.meta.url);'
  }
}

rmSync("dist", { recursive: true, force: true })
await build({
  ...options,
  entryPoints: ["src/main.ts"],
  outdir: "dist",
  splitting: true,
  chunkNames: "chunks/[name]-[hash]",
  legalComments: "linked"
})
chmodSync("dist/main.js", 0o755)

const folder = mkdtempSync(join(tmpdir(), "tmdb-session-manual-"))
const outfile = join(folder, "manual.mjs")
try {
  const contents = 'export { manual } from "./src/Manual.ts"\nexport { program } from "./src/Program.ts"\n'
  await build({ ...options, stdin: { contents, resolveDir: "." }, outfile })
  const { manual, program } = await import(pathToFileURL(outfile).href)
  writeFileSync("dist/tmdb-session.1", manual(program()))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
