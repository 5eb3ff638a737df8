/**
 * `npm start`: the main job, as a person would see it, on a stand-in for TMDB.
 * The sandbox comes up, the real command signs in through it, somebody presses
 * "Allow", and the session is shown and ended again.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { decide } from "./person.mjs"
import { pnpm, root, setUp } from "./setUp.mjs"

// Whoever reads only the first line has seen enough.
process.stdout.on("error", (error) => {
  if (error.code === "EPIPE") end(0)
  throw error
})

const command = join(root, "apps/cli/dist/main.js")
const folder = mkdtempSync(join(tmpdir(), "tmdb-session-start-"))

/** The person's own TMDB is left alone: none of their settings reaches the demonstration. */
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

/** Runs a command, shows what it prints as it comes, and resolves when it has ended well. */
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

/** Starts the sandbox and reads the settings it prints: the lines a person would paste into a shell. */
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
    // A refusal is seen by the command itself; it must not end the demonstration unheard.
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
