/** `token`: prints only the session id, for scripts. */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { Command } from "../Command.js"
import { active } from "../Settings.js"
import { print } from "../Terminal.js"

export interface Options {
  readonly profile?: string | undefined
}

export const run = (options: Options): Command =>
  Effect.flatMap(active(options.profile), ({ session }) => print(Redacted.value(session.sessionId)))
