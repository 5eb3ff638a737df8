/**
 * `npm start`: shows a sign-in, with the sandbox in place of TMDB. It starts the
 * sandbox, signs in with the real command, presses "Allow" as a person would,
 * shows the session and ends it.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { decide } from "./person.mjs"
import { pnpm, root, setUp } from "./setUp.mjs"

// A reader may stop early, as in `npm start | head -1`.
process.stdout.on("error", (error) => {
  if (error.code === "EPIPE") end(0)
  throw error
})

const command = join(root, "apps/cli/dist/main.js")
const folder = mkdtempSync(join(tmpdir(), "tmdb-session-start-"))

/** Without the person's own TMDB settings, so that the demonstration cannot reach their account. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith("TMDB_"))
)
environment.TMDB_SESSION_CONFIG_DIR = folder

const children = new Set()

const start = (args, env) => {
  const child = spawn(process.execPath, [command, ...args], { env, stdio: ["ignore", "pipe", "pipe"] })
  children.add(child)
  child.once("exit", () => children.delete(child))
  return child
}

const end = (code) => {
  for (const child of children) child.kill("SIGTERM")
  rmSync(folder, { recursive: true, force: true })
  process.exit(code)
}
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => end(130))

/** Runs a command and shows its output. Resolves when it ends, and rejects if it fails. */
const show = async (args, env, onLine = () => undefined) => {
  console.log(`\n$ tmdb-session ${args.join(" ")}`)
  const child = start(args, env)
  const lines = [child.stdout, child.stderr].map(async (stream) => {
    for await (const line of createInterface({ input: stream })) {
      console.log(line)
      onLine(line)
    }
  })
  const [[code]] = await Promise.all([once(child, "exit"), ...lines])
  if (code !== 0) throw new Error(`tmdb-session ${args[0]} ended with exit code ${code}`)
}

/** Starts the sandbox, and reads the `export` lines that a person would paste into a shell. */
const startSandbox = async () => {
  console.log("$ tmdb-session sandbox")
  const child = start(["sandbox"], environment)
  const settings = {}
  child.stderr.resume()
  for await (const line of createInterface({ input: child.stdout })) {
    const found = /^export (\w+)=(.*)$/.exec(line)
    if (found === null) continue
    settings[found[1]] = found[2]
    if (settings.TMDB_API_URL && settings.TMDB_WEB_URL && settings.TMDB_ACCESS_TOKEN) return settings
  }
  throw new Error("The sandbox did not start")
}

const build = () => {
  const options = ["--output-logs=errors-only", "--log-order=grouped"]
  if (pnpm(["turbo", "run", "build", "--filter=tmdb-session", ...options], { stdio: ["ignore", 2, 2] }) !== 0)
    end(1)
}

try {
  setUp()
  build()
  const settings = await startSandbox()
  console.log(`The sandbox stands in for TMDB at ${settings.TMDB_API_URL}`)
  const env = { ...environment, ...settings }
  let approval
  await show(["login", "--no-browser"], env, (line) => {
    const url = /https?:\/\/\S+\/authenticate\/\S+/.exec(line)?.[0]
    if (url === undefined || approval !== undefined) return
    console.log("  (somebody opens that page and presses Allow)")
    approval = decide(url)
    // Without a handler, the rejection would end the process before it is awaited below.
    approval.catch((error) => console.error(error.message))
  })
  await approval
  await show(["whoami"], env)
  await show(["token"], env)
  await show(["logout"], env)
  end(0)
} catch (error) {
  console.error(error.message)
  end(1)
}
