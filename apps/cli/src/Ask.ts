/** Asks the person at the terminal, on stderr, so that stdout stays clean; and reads secrets from stdin. */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { Cancelled, type Failure, UsageError } from "./Failure.js"
import { isInteractive } from "./Output.js"
import { stderr } from "./Streams.js"

const prompts = Effect.promise(() => import("@clack/prompts"))

type Clack = typeof import("@clack/prompts")

/** One question; Ctrl-C and the interruption of the command both end it, and the cursor comes back. */
const question = <A>(
  ask: (
    clack: Clack,
    options: { readonly output: NodeJS.WriteStream; readonly signal: AbortSignal }
  ) => Promise<A | symbol>
): Effect.Effect<A, Cancelled> =>
  Effect.flatMap(prompts, (clack) =>
    Effect.flatMap(
      Effect.promise((signal) => ask(clack, { output: stderr(), signal })),
      (answer) =>
        clack.isCancel(answer) ? new Cancelled({ message: "Cancelled." }) : Effect.succeed(answer as A)
    )
  )

/** Text that is not shown while it is typed. */
export const hidden = (message: string): Effect.Effect<Redacted.Redacted<string>, Cancelled> =>
  Effect.map(
    question<string>((clack, options) => clack.password({ message, ...options })),
    (text) => Redacted.make(text.trim())
  )

export const text = (message: string): Effect.Effect<string, Cancelled> =>
  Effect.map(
    question<string>((clack, options) => clack.text({ message, ...options })),
    (answer) => answer.trim()
  )

export const confirm = (message: string): Effect.Effect<boolean, Cancelled> =>
  question<boolean>((clack, options) => clack.confirm({ message, initialValue: false, ...options }))

/** Everything that is piped in. */
export const allOfStdin: Effect.Effect<string, UsageError> = Effect.tryPromise({
  try: async () => {
    let all = ""
    process.stdin.setEncoding("utf8")
    for await (const chunk of process.stdin) {
      all += chunk
      if (all.length > limit) break
    }
    return all
  },
  catch: () => new UsageError({ message: "Standard input cannot be read." })
})

/** In characters: no secret and no body is that long; a file that was piped in by mistake may be. */
const limit = 1024 * 1024
const longestSecret = 64 * 1024

/** A secret from stdin, up to its end. */
export const fromStdin = (what: string): Effect.Effect<Redacted.Redacted<string>, UsageError> =>
  Effect.flatMap(allOfStdin, (all) => {
    const read = all.trim()
    if (read === "") {
      return new UsageError({ message: `Standard input is empty: pipe the ${what} into the command.` })
    }
    if (read.length > longestSecret) {
      return new UsageError({ message: `Standard input is too long for a ${what}.` })
    }
    return Effect.succeed(Redacted.make(read))
  })

/** A secret that a command needs: from a pipe if there is one, else typed in. */
export const secret = (what: string): Effect.Effect<Redacted.Redacted<string>, Failure> =>
  isInteractive() ? hidden(`Paste the ${what}`) : fromStdin(what)
