#!/usr/bin/env node
/** The command. `--version` is answered before anything else is loaded. */
import { join } from "node:path"
import { loader } from "./CompiledCode.js"
import { version } from "./version.js"

/** Written in by the build: the chunk that reads the arguments. */
declare const TMDB_SESSION_CHUNK: string

const [argument = "help"] = process.argv.slice(2)

if (process.argv.length === 3 && (argument === "--version" || argument === "-V")) {
  process.stdout.write(`${version}\n`)
} else {
  const load = loader(/^[a-z-]+$/.test(argument) ? argument : "help")
  const { parse } = load(join(import.meta.dirname, TMDB_SESSION_CHUNK)) as typeof import("./Parse.js")
  void parse(process.argv)
}
