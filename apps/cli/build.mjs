/** Bundles the command, in chunks that are loaded when needed, and writes its manual page. */
import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { rolldown } from "rolldown"

const { version } = JSON.parse(readFileSync("package.json", "utf8"))

const bundle = async (input, output) => {
  const build = await rolldown({
    input,
    platform: "node",
    resolve: { conditionNames: ["tmdb-session-source"] },
    // An optional dependency: it is native code, which cannot be bundled.
    external: ["@napi-rs/keyring"],
    transform: { target: "node20.18", define: { TMDB_SESSION_VERSION: JSON.stringify(version) } },
    onLog: (level, log) => {
      if (level === "warn") throw new Error(log.message)
    }
  })
  // Node loads CommonJS faster than ES modules.
  await build.write({
    format: "cjs",
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name]-[hash].js",
    ...output
  })
  writeFileSync(`${output.dir}/package.json`, `${JSON.stringify({ type: "commonjs" })}\n`)
  await build.close()
}

rmSync("dist", { recursive: true, force: true })
await bundle("src/main.ts", { dir: "dist", minify: true })
// Everybody may run it, whatever the umask was.
chmodSync("dist/main.js", 0o755)

await bundle("src/Manual.ts", { dir: "build/manual" })
const {
  default: { manual }
} = await import("./build/manual/Manual.js")
writeFileSync("dist/tmdb-session.1", manual())
