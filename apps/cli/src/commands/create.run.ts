/** `create`: only the last step of a sign-in. */
import { Authentication } from "@tmdb-session/node"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { Command } from "../Command.js"
import { UsageError } from "../Failure.js"
import { appClient, withClient } from "../Settings.js"
import { print, printJson, secret } from "../Terminal.js"

export interface Options {
  readonly profile?: string | undefined
  readonly json?: boolean | undefined
}

export const run = (options: Options): Command =>
  Effect.gen(function* () {
    const tmdb = yield* appClient(options.profile)
    const requestToken = yield* secret("request token")
    if (Redacted.value(requestToken) === "")
      return yield* new UsageError({ message: "No request token was entered." })
    const session = yield* withClient(tmdb)(Authentication.createSession(requestToken))
    const sessionId = Redacted.value(session.sessionId)
    yield* options.json === true ? printJson({ sessionId }) : print(sessionId)
  })
