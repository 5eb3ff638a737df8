#!/usr/bin/env node
/** The command. `--version` is answered before anything else is loaded. */
import { version } from "./version.js"

const [argument] = process.argv.slice(2)

if (process.argv.length === 3 && (argument === "--version" || argument === "-V")) {
  process.stdout.write(`${version}\n`)
} else {
  const { parse } = await import("./Parse.js")
  await parse(process.argv)
}
