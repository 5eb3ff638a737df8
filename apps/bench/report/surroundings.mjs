/** The machine and the versions that were measured. */
import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import os from "node:os"
import { fileURLToPath } from "node:url"

const here = fileURLToPath(new URL("..", import.meta.url))

const read = (/** @type {string} */ file) => JSON.parse(readFileSync(file, "utf8"))

/** The version of an installed package. It is read from the file, since a package need not export its manifest. */
export const versionOf = (/** @type {string} */ name) =>
  read(`${here}node_modules/${name}/package.json`).version

const commit = () => {
  try {
    const git = (/** @type {ReadonlyArray<string>} */ ...args) =>
      execFileSync("git", args, { cwd: here, encoding: "utf8" }).trim()
    return git("rev-parse", "--short", "HEAD") + (git("status", "--porcelain") === "" ? "" : ", with changes")
  } catch {
    return "unknown"
  }
}

/**
 * @param {string} command the command that a reader types to measure the same
 * @returns {import("./page.mjs").Surroundings}
 */
export const surroundings = (command) => {
  const { devDependencies } = read(`${here}package.json`)
  const cores = os.cpus()
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: commit(),
    command,
    machine: `${cores[0]?.model.trim() ?? "unknown"}, ${cores.length} cores, ${Math.round(os.totalmem() / 2 ** 30)} GiB`,
    system: `${os.type()} ${os.release()}`,
    node: process.version,
    load: os.loadavg()[0]?.toFixed(2) ?? "unknown",
    versions: Object.fromEntries(Object.keys(devDependencies).map((name) => [name, versionOf(name)]))
  }
}
