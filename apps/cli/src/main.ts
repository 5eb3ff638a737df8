#!/usr/bin/env node
/** The command. `--version` is answered before more code is loaded. */
import { keepCompiledCode } from "./CompileCache.js"
import { exitOnceWritten, ofProcess } from "./ProcessStreams.js"
import { version } from "./version.js"

const given = process.argv.slice(2)

const start = async (): Promise<void> => {
  keepCompiledCode()
  const { parse } = await import("./Parse.js")
  const streams = ofProcess(given.includes("--json"))
  const exitCode = await parse(given, streams, async (command, invocation) => {
    const { runInProcess } = await import("./Process.js")
    return runInProcess(streams, command, invocation)
  })
  // Lost output has already set an exit code.
  process.exitCode ??= exitCode
  // A prompt or a socket that is still open must not keep the process running.
  exitOnceWritten()
}

if (given.length === 1 && (given[0] === "--version" || given[0] === "-V")) {
  process.stdout.write(`${version}\n`)
} else {
  void start()
}
