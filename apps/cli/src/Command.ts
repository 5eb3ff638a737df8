/** The effect that runs a command. */
import type * as Effect from "effect/Effect"
import type { Failure } from "./Failure.js"
import type { Sessions } from "./Sessions.js"
import type { Terminal } from "./Terminal.js"

export type Command = Effect.Effect<void, Failure, Sessions | Terminal>
