/** `whoami`: whose session it is. */
import { Account } from "@tmdb-session/node"
import * as Effect from "effect/Effect"
import { print, printJson } from "../Output.js"
import type { Command } from "../Run.js"
import { active, withClient } from "../Settings.js"

export interface Options {
  readonly profile?: string | undefined
  readonly json?: boolean | undefined
}

export const whoami = (options: Options): Command =>
  Effect.gen(function* () {
    const { client, session } = yield* active(options.profile)
    const account = yield* withClient(client)(Account.details(session.sessionId))
    if (options.json === true) return yield* printJson(account)
    yield* print(account.username)
  })
