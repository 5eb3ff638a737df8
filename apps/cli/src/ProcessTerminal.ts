/** The terminal of this process. */
import * as Effect from "effect/Effect"
import { UsageError } from "./Failure.js"
import type { Streams } from "./Streams.js"
import { Terminal } from "./Terminal.js"

const prompts = Effect.promise(() => import("@clack/prompts"))

type Service = typeof Terminal.Service

/** Ctrl-C ends the question, and so does an interruption of the command. Both show the cursor again. */
const ask: Service["ask"] = ({ kind, message }) =>
  Effect.flatMap(prompts, ({ confirm, isCancel, password, text }) =>
    Effect.promise(async (signal) => {
      const options = { message, output: process.stderr, signal }
      if (kind === "confirm") {
        const agreed = await confirm({ ...options, initialValue: false })
        return isCancel(agreed) ? undefined : agreed ? "yes" : "no"
      }
      const typed = await (kind === "hidden" ? password(options) : text(options))
      return isCancel(typed) ? undefined : typed
    })
  )

/** In characters. No secret and no body is longer. */
const longestInput = 1024 * 1024

const standardInput: Service["standardInput"] = Effect.tryPromise({
  try: async () => {
    let all = ""
    process.stdin.setEncoding("utf8")
    for await (const chunk of process.stdin) {
      all += chunk
      if (all.length > longestInput) break
    }
    return all
  },
  catch: () => new UsageError({ message: "Standard input cannot be read." })
})

export const make = (streams: Streams): Service =>
  Terminal.of({
    ...streams,
    isInteractive: process.stdin.isTTY === true && streams.messages.isTerminal,
    ask,
    standardInput
  })
