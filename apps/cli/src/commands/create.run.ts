/** `create`: the last step of a sign-in by itself. */
import { Authentication } from "@tmdb-session/node"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Ask from "../Ask.js"
import { UsageError } from "../Failure.js"
import { print, printJson } from "../Output.js"
import type { Command } from "../Run.js"
import { appClient, withClient } from "../Settings.js"

export interface Options {
  readonly profile?: string | undefined
  readonly json?: boolean | undefined
}

export const create = (options: Options): Command =>
  Effect.gen(function* () {
    const tmdb = yield* appClient(options.profile)
    const requestToken = yield* Ask.secret("request token")
    if (Redacted.value(requestToken) === "") return yield* new UsageError({ message: "Nothing was entered." })
    const session = yield* withClient(tmdb)(Authentication.createSession(requestToken))
    const sessionId = Redacted.value(session.sessionId)
    yield* options.json === true ? printJson({ sessionId }) : print(sessionId)
  })
