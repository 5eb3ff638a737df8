/** Runs one client: makes calls, and reports what they cost. */
import { load } from "../clients/all.mjs"
import { createSessions } from "../clients/client.mjs"
import { requestToken } from "../clients/secrets.mjs"
import { answer } from "./child.mjs"

const [name = ""] = process.argv.slice(2)
const { make, sessionId } = await load(name)

/** @type {import("../clients/client.mjs").Calls} */
let calls

const questions = {
  start: async ({ settings }) => {
    calls = make(settings)
    return { sessionId: sessionId(await calls.createSession(requestToken)) }
  },
  calls: async ({ count, inFlight }) => {
    const cpu = process.cpuUsage()
    const started = process.hrtime.bigint()
    await createSessions(calls, requestToken, count, inFlight)
    const elapsed = Number(process.hrtime.bigint() - started) / 1e9
    const { system, user } = process.cpuUsage(cpu)
    return { cpuPerCall: (system + user) / count, callsPerSecond: count / elapsed }
  },
  /** The memory in use after garbage collection. */
  memory: async () => {
    for (let pass = 0; pass < 3; pass += 1) {
      globalThis.gc?.()
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    const { heapUsed, rss } = process.memoryUsage()
    return { heapUsed, rss }
  }
}

answer((question) => questions[/** @type {keyof typeof questions} */ (question.ask)](question))
