/** A child process for one measurement. It answers questions, one at a time. */
import { fork } from "node:child_process"

/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set()

process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL")
})
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]))
  process.once(signal, () => process.exit(130))

/**
 * @typedef {object} Child
 * @property {(question: object) => Promise<any>} ask rejects if the process fails or ends
 * @property {() => void} stop
 */

/**
 * @param {URL} program a module that calls `answer`
 * @param {{ readonly args?: ReadonlyArray<string>, readonly execArgv?: ReadonlyArray<string> }} [options]
 * @returns {Child}
 */
export const startChild = (program, { args = [], execArgv = [] } = {}) => {
  const child = fork(program, [...args], {
    execArgv: [...execArgv],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    serialization: "advanced"
  })
  let complaint = ""
  child.stderr?.setEncoding("utf8").on("data", (text) => {
    complaint = (complaint + text).slice(-2000)
  })
  running.add(child)
  child.once("exit", () => running.delete(child))
  return {
    ask: (question) =>
      new Promise((resolve, reject) => {
        const ended = (/** @type {number | null} */ code, /** @type {string | null} */ signal) =>
          reject(new Error(`The process ended with ${signal ?? `exit code ${code}`}\n${complaint}`.trim()))
        if (child.exitCode !== null) return ended(child.exitCode, child.signalCode)
        child.once("exit", ended)
        child.once("message", (/** @type {any} */ { error, value }) => {
          child.off("exit", ended)
          if (error === undefined) resolve(value)
          else reject(new Error(error))
        })
        child.send(question)
      }),
    stop: () => child.kill("SIGKILL")
  }
}

/**
 * For the child process: answers questions until the parent disconnects.
 *
 * @param {(question: any) => unknown} respond
 */
export const answer = (respond) => {
  process.on("message", async (question) => {
    try {
      process.send?.({ value: await respond(question) })
    } catch (error) {
      process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    }
  })
  process.once("disconnect", () => process.exit(0))
}
