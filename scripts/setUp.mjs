/**
 * Sets up a fresh clone, with nothing but Node. It installs the packages with the
 * pinned pnpm, and does nothing if they have not changed since.
 */
import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

export const root = fileURLToPath(new URL("..", import.meta.url))

const { packageManager } = JSON.parse(readFileSync(`${root}package.json`, "utf8"))
const stampFile = `${root}node_modules/.set-up`

const stamp = () => {
  const hash = createHash("sha256")
  for (const file of ["package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml"])
    hash.update(readFileSync(root + file))
  return hash.update(process.versions.modules).digest("hex")
}

/** Turns off turbo's telemetry and npm's update notices. */
const environment = {
  ...process.env,
  DO_NOT_TRACK: "1",
  TURBO_TELEMETRY_DISABLED: "1",
  NO_UPDATE_NOTIFIER: "1",
  npm_config_update_notifier: "false"
}

/** Runs a program, shows its output, and returns its exit code. */
export const run = (command, args, options = {}) =>
  spawnSync(command, args, { cwd: root, stdio: "inherit", env: environment, ...options }).status ?? 1

/** Runs the pinned pnpm, which nobody has to install. What it runs finds the same pnpm on the path. */
export const pnpm = (args, options) => run("npx", ["--yes", packageManager, ...args], options)

/** Installs what the lock file names, unless that is already done. */
export const setUp = () => {
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp()) return
  console.error(`Setting up with ${packageManager} (a minute or two, once)…`)
  const status = pnpm(["install", "--frozen-lockfile", "--reporter=append-only"])
  if (status !== 0) {
    console.error(
      "The packages could not be installed. Check the network and the npm registry, then try again."
    )
    process.exit(status)
  }
  writeFileSync(stampFile, stamp())
}
