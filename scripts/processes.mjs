/** Runs programs for a script: with a time limit, and none is left running. */
import { spawn } from "node:child_process"

const children = new Set()

/** Each child leads its own process group, so that the processes it starts end with it. */
const kill = (child, signal) => {
  try {
    process.kill(-child.pid, signal)
  } catch (error) {
    if (error.code !== "ESRCH") throw error
  }
}

process.once("exit", () => {
  for (const child of children) kill(child, "SIGKILL")
})
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(130))

/**
 * Starts a program that keeps running.
 *
 * @param {string} command
 * @param {ReadonlyArray<string>} args
 * @param {import("node:child_process").SpawnOptions} options
 */
export const start = (command, args, options) => {
  const child = spawn(command, args, { ...options, detached: true, stdio: ["ignore", "pipe", "pipe"] })
  children.add(child)
  // Without a listener, an error of a child would end this process.
  child.once("error", () => children.delete(child))
  return child
}

/** Ends a program that `start` started, and every process that it started. */
export const stop = (child) => {
  children.delete(child)
  kill(child, "SIGKILL")
}

/**
 * Runs a program to its end.
 *
 * @param {string} command
 * @param {ReadonlyArray<string>} args
 * @param {{ readonly cwd: string, readonly env: NodeJS.ProcessEnv, readonly seconds?: number }} options
 * @returns {Promise<string>} what it printed on stdout
 */
export const run = (command, args, { cwd, env, seconds = 300 }) =>
  new Promise((resolve, reject) => {
    const child = start(command, args, { cwd, env })
    const output = { stdout: "", stderr: "" }
    for (const stream of ["stdout", "stderr"])
      child[stream].setEncoding("utf8").on("data", (text) => {
        output[stream] += text
      })
    const fail = (why) =>
      reject(new Error(`${[command, ...args].join(" ")} ${why}\n${output.stdout}${output.stderr}`.trim()))
    const limit = setTimeout(() => {
      stop(child)
      fail(`took longer than ${seconds} seconds`)
    }, seconds * 1000)
    child.once("error", (error) => fail(error.message))
    child.once("close", (code, signal) => {
      clearTimeout(limit)
      stop(child)
      if (code === 0) resolve(output.stdout)
      else fail(`ended with ${signal ?? `exit code ${code}`}`)
    })
  })
