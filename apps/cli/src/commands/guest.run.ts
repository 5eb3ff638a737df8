/** `guest`: a session for someone without an account. */
import { Authentication } from "@tmdb-session/node"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { Command } from "../Command.js"
import { appClient, withClient } from "../Settings.js"
import { note, print, printJson } from "../Terminal.js"

export interface Options {
  readonly profile?: string | undefined
  readonly json?: boolean | undefined
}

export const run = (options: Options): Command =>
  Effect.gen(function* () {
    const tmdb = yield* appClient(options.profile)
    const created = yield* withClient(tmdb)(Authentication.createGuestSession())
    const guestSessionId = Redacted.value(created.guestSessionId)
    const expiresAt = DateTime.formatIso(created.expiresAt)
    if (options.json === true) return yield* printJson({ guestSessionId, expiresAt })
    yield* print(guestSessionId)
    yield* note(`It expires at ${expiresAt}.`)
  })
