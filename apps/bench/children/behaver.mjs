/** Runs one client: makes calls that fail, and reports how each ended. */
import { inspect } from "node:util"
import { load } from "../clients/all.mjs"
import { credentials, requestToken } from "../clients/secrets.mjs"
import { describeError, describeValue, pathToCode, secretsIn } from "../report/outcome.mjs"
import { answer } from "./child.mjs"

const [name = ""] = process.argv.slice(2)
const { make } = await load(name)

/** An uncaught error would end the process. It is reported as the outcome of the current call. */
let uncaught
process.on("uncaughtException", (error) => uncaught?.(error))

const secrets = { ...credentials, requestToken }

const ended = async (call, patience) => {
  const started = performance.now()
  let timer
  const outcome = await Promise.race([
    call.then(
      (value) => ({ how: "resolved", seen: `resolves ${describeValue(value)}` }),
      (error) => ({
        how: "rejected",
        seen: `rejects ${describeError(error)}`,
        codeAt: pathToCode(error, 17),
        printed: secretsIn(inspect(error), secrets),
        serialised: secretsIn(JSON.stringify(error) ?? "", secrets)
      })
    ),
    new Promise((resolve) => {
      uncaught = (error) => resolve({ how: "crashed", seen: `ends the process with ${describeError(error)}` })
      timer = setTimeout(() => resolve({ how: "pending", seen: "still waits" }), patience)
    })
  ])
  clearTimeout(timer)
  return { ...outcome, milliseconds: performance.now() - started }
}

const questions = {
  createSession: ({ apiUrl, patience }) =>
    ended(Promise.resolve(make({ ...credentials, apiUrl }).createSession(requestToken)), patience),
  requestTokens: async ({ apiUrl }) => {
    const client = make({ ...credentials, apiUrl })
    const atOnce = await Promise.all([client.createRequestToken(), client.createRequestToken()])
    return [...atOnce, await client.createRequestToken()]
  }
}

answer((question) => questions[question.ask](question))
