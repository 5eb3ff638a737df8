/** `token`: the session id, alone, for scripts. */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { print } from "../Output.js"
import type { Command } from "../Run.js"
import { active } from "../Settings.js"

export interface Options {
  readonly profile?: string | undefined
}

export const token = (options: Options): Command =>
  Effect.flatMap(active(options.profile), ({ session }) => print(Redacted.value(session.sessionId)))
