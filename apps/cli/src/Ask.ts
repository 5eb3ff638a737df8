/** Asks the person at the terminal, on stderr, so that stdout stays clean; and reads secrets from stdin. */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { Cancelled, type Failure, UsageError } from "./Failure.js"
import { isInteractive } from "./Output.js"

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
      Effect.promise((signal) => ask(clack, { output: process.stderr, signal })),
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

/** A secret is short; a file that was piped in by mistake is not. */
const limit = 64 * 1024

/** A secret from stdin, up to its end. */
export const fromStdin = (what: string): Effect.Effect<Redacted.Redacted<string>, UsageError> =>
  Effect.gen(function* () {
    const read = yield* Effect.tryPromise({
      try: async () => {
        let all = ""
        process.stdin.setEncoding("utf8")
        for await (const chunk of process.stdin) {
          all += chunk
          if (all.length > limit) break
        }
        return all.trim()
      },
      catch: () => new UsageError({ message: `The ${what} cannot be read from standard input.` })
    })
    if (read === "")
      return yield* new UsageError({ message: `Standard input is empty: pipe the ${what} into the command.` })
    if (read.length > limit)
      return yield* new UsageError({ message: `Standard input is too long for a ${what}.` })
    return Redacted.make(read)
  })

/** A secret that a command needs: from a pipe if there is one, else typed in, else an error that says how. */
export const secret = (what: string): Effect.Effect<Redacted.Redacted<string>, Failure> =>
  isInteractive() ? hidden(`Paste the ${what}`) : fromStdin(what)
