/**
 * `npm run demo`: the page that signs people in, with a sandbox in place of TMDB.
 * It sets up, builds, serves both on loopback, and opens the page if a browser
 * can be opened.
 */
import { spawn } from "node:child_process"
import { pnpm, root, setUp } from "./setUp.mjs"

const port = 5173

setUp()
const status = pnpm(["turbo", "run", "build", "--filter=@tmdb-session/web", "--output-logs=errors-only"], {
  stdio: ["ignore", 2, 2]
})
if (status !== 0) process.exit(status)

// Imported only now, since it is built above.
const { serveDemo } = await import("../apps/web/serve.mjs")

const demo = await serveDemo({ port }).catch((error) => {
  // The port is in use, so take any free one.
  if (error.code === "EADDRINUSE") return serveDemo({})
  throw error
})

console.log(`The page:     ${demo.url}`)
console.log(
  `The sandbox:  ${demo.sandbox.webUrl} (in TMDB's place; sign in as ${demo.sandbox.users[0].username}, no password)`
)
console.log("Ctrl-C ends both.")

const openers = { darwin: "open", linux: "xdg-open" }

/** Opens the page in a browser, except in CI. If that fails, the printed address is enough. */
const open = (url) => {
  const opener = openers[process.platform]
  if (opener === undefined || process.env.CI) return
  spawn(opener, [url], { stdio: "ignore", detached: true, cwd: root })
    .once("error", () => undefined)
    .unref()
}
open(demo.url)

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, async () => {
    await demo.close()
    process.exit(signal === "SIGINT" ? 130 : 143)
  })
}
