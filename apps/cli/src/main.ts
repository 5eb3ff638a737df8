#!/usr/bin/env node
/** The command. `--version` is answered before anything else is loaded. */
import * as module from "node:module"
import { isAbsolute, join } from "node:path"
import { version } from "./version.js"

const [argument] = process.argv.slice(2)

/**
 * A folder of this user's own. Node's default is one for temporary files, which on most systems every user may write
 * to: whoever is there first could leave code in it for us to run.
 */
const cacheFolder = (): string | undefined => {
  const { HOME = "", XDG_CACHE_HOME = "" } = process.env
  if (isAbsolute(XDG_CACHE_HOME)) return join(XDG_CACHE_HOME, "tmdb-session")
  return isAbsolute(HOME) ? join(HOME, ".cache", "tmdb-session") : undefined
}

/** From Node 22.8 on: compiled code is kept, so that the next start is quicker. */
const keepCompiledCode = (): void => {
  if (!("enableCompileCache" in module) || typeof module.enableCompileCache !== "function") return
  const folder = cacheFolder()
  // Windows has such a folder for each user, and sets neither variable.
  if (folder !== undefined || process.platform === "win32") module.enableCompileCache(folder)
}

if (process.argv.length === 3 && (argument === "--version" || argument === "-V")) {
  process.stdout.write(`${version}\n`)
} else {
  keepCompiledCode()
  // Not awaited: what is built is CommonJS, which cannot wait here.
  void import("./Parse.js").then(({ parse }) => parse(process.argv))
}
