/** `request-token`: only the first step of a sign-in. */
import { Authentication } from "@tmdb-session/node"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { Command } from "../Command.js"
import { appClient, withClient } from "../Settings.js"
import { note, print, printJson, say } from "../Terminal.js"

export interface Options {
  readonly profile?: string | undefined
  readonly json?: boolean | undefined
}

export const run = (options: Options): Command =>
  Effect.gen(function* () {
    const tmdb = yield* appClient(options.profile)
    const [issued, approvalUrl] = yield* Authentication.createRequestToken().pipe(
      Effect.bindTo("issued"),
      Effect.bind("url", ({ issued }) => Authentication.approvalUrl(issued.requestToken)),
      Effect.map(({ issued, url }) => [issued, url] as const),
      withClient(tmdb)
    )
    const value = Redacted.value(issued.requestToken)
    const expiresAt = DateTime.formatIso(issued.expiresAt)
    if (options.json === true) return yield* printJson({ requestToken: value, expiresAt, approvalUrl })
    yield* print(value)
    yield* say(({ link }) => `Approve it at\n  ${link(approvalUrl)}`)
    yield* note(`It expires at ${expiresAt}. After the approval, run: tmdb-session create`)
  })
