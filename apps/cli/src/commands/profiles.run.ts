/** `profiles`: prints the names of the profiles, for the completion scripts. It prints nothing if they cannot be read. */
import * as Effect from "effect/Effect"
import type { Command } from "../Command.js"
import { sessions } from "../Sessions.js"
import { print } from "../Terminal.js"

export const run = (): Command =>
  Effect.flatMap(sessions, ({ list }) => list).pipe(
    Effect.orElseSucceed((): ReadonlyArray<string> => []),
    Effect.flatMap((names) => (names.length === 0 ? Effect.void : print(names.join("\n"))))
  )
