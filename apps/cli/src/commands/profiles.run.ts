/** `profiles`: their names, for the completion scripts. What cannot be read has no names, and no complaint. */
import * as Effect from "effect/Effect"
import { print } from "../Output.js"
import type { Command } from "../Run.js"
import { Sessions } from "../Sessions.js"

export const profiles: Command = Effect.flatMap(Sessions, ({ list }) => list).pipe(
  Effect.orElseSucceed((): ReadonlyArray<string> => []),
  Effect.flatMap((names) => (names.length === 0 ? Effect.void : print(names.join("\n"))))
)
