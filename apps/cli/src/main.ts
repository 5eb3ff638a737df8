#!/usr/bin/env node
/** The command. `--version` is answered before anything else is loaded. */
import * as module from "node:module"
import { version } from "./version.js"

const [argument] = process.argv.slice(2)

/** From Node 22.8 on: compiled code is kept, so that the next start is quicker. */
const keepCompiledCode = (): void => {
  if ("enableCompileCache" in module && typeof module.enableCompileCache === "function") {
    module.enableCompileCache()
  }
}

if (process.argv.length === 3 && (argument === "--version" || argument === "-V")) {
  process.stdout.write(`${version}\n`)
} else {
  keepCompiledCode()
  // Not awaited: what is built is CommonJS, which cannot wait here.
  void import("./Parse.js").then(({ parse }) => parse(process.argv))
}
