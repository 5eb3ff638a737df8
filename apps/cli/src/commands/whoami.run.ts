/** `whoami`: prints the username of the session's account. */
import { Account } from "@tmdb-session/node"
import * as Effect from "effect/Effect"
import type { Command } from "../Command.js"
import { active, withClient } from "../Settings.js"
import { print, printJson } from "../Terminal.js"

export interface Options {
  readonly profile?: string | undefined
  readonly json?: boolean | undefined
}

export const run = (options: Options): Command =>
  Effect.gen(function* () {
    const { client, session } = yield* active(options.profile)
    const account = yield* withClient(client)(Account.details(session.sessionId))
    if (options.json === true) return yield* printJson(account)
    yield* print(account.username)
  })
