/**
 * The browser that tests and pictures are made with: the one `CHROMIUM` names,
 * else one that is installed, else Debian's, installed here where that is
 * allowed.
 */
import { spawnSync } from "node:child_process"
import { accessSync, constants, existsSync } from "node:fs"
import { delimiter, join } from "node:path"

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]

const elsewhere = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium"
]

const installation = "apt-get update && apt-get install -y --no-install-recommends chromium fonts-liberation"

const isExecutable = (path) => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const find = () => {
  const given = process.env.CHROMIUM
  if (given !== undefined && given !== "") {
    if (isExecutable(given)) return given
    throw new Error(`CHROMIUM names ${given}, which cannot be run`)
  }
  const folders = (process.env.PATH ?? "").split(delimiter)
  const candidates = [...names.flatMap((name) => folders.map((folder) => join(folder, name))), ...elsewhere]
  return candidates.find(isExecutable)
}

/** Nobody's own machine is changed unasked: it has to be CI's, or a container. */
const mayInstall = () =>
  process.getuid?.() === 0 &&
  spawnSync("apt-get", ["--version"]).status === 0 &&
  (Boolean(process.env.CI) || existsSync("/.dockerenv") || existsSync("/run/.containerenv"))

const install = () => {
  console.error(`There is no Chromium here; installing one: ${installation}`)
  spawnSync("sh", ["-c", installation], {
    stdio: ["ignore", 2, 2],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" }
  })
}

/**
 * The path of a Chromium. Throws, with the command that installs one, where
 * there is none and none may be installed.
 */
export const chromium = () => {
  const found = find()
  if (found !== undefined) return found
  if (mayInstall()) install()
  const installed = find()
  if (installed !== undefined) return installed
  throw new Error(
    `There is no Chromium here. Install one, or name it in CHROMIUM. On Debian and Ubuntu: sudo sh -c '${installation}'`
  )
}

/** How it is started in a container: nothing of its own goes out, and pop-ups are blocked as they are for a person. */
export const launchOptions = () => ({
  executablePath: chromium(),
  headless: true,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync"
  ],
  ignoreDefaultArgs: ["--disable-popup-blocking"]
})
