/** `token`: the session id, alone, for scripts. The one command whose output is a secret. */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { print } from "../Output.js"
import type { Command } from "../Run.js"
import { active } from "../Settings.js"

export const token = (options: { readonly profile?: string | undefined }): Command =>
  Effect.flatMap(active(options.profile), ({ session }) => print(Redacted.value(session.sessionId)))
