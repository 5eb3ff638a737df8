/** Bundles the command: one package without dependencies, in chunks that are loaded when needed. */
import { chmodSync, readFileSync, rmSync } from "node:fs"
import { build } from "esbuild"

const { version } = JSON.parse(readFileSync("package.json", "utf8"))

rmSync("dist", { recursive: true, force: true })
await build({
  entryPoints: ["src/main.ts"],
  outdir: "dist",
  bundle: true,
  splitting: true,
  minify: true,
  format: "esm",
  platform: "node",
  target: "node20.18",
  conditions: ["tmdb-session-source"],
  chunkNames: "chunks/[name]-[hash]",
  legalComments: "linked",
  // Native code, which no bundle can hold: an optional dependency.
  external: ["@napi-rs/keyring"],
  define: { TMDB_SESSION_VERSION: JSON.stringify(version) },
  // undici is CommonJS and asks for Node's own modules in its way.
  banner: {
    js: 'import{createRequire as tmdbSessionRequire}from"node:module";const require=tmdbSessionRequire(import.meta.url);'
  }
})
chmodSync("dist/main.js", 0o755)
