/** `validate-key`: asks TMDB whether it accepts the API credential. */
import { Authentication } from "@tmdb-session/node"
import * as Effect from "effect/Effect"
import type { Command } from "../Command.js"
import { choose } from "../Credential.js"
import { type CredentialSource, client, environment, recordForApp, withClient } from "../Settings.js"
import { printJson, sayDone } from "../Terminal.js"

export interface Options {
  readonly withToken?: boolean | undefined
  readonly profile?: string | undefined
  readonly json?: boolean | undefined
}

const sources: Readonly<Record<CredentialSource, string>> = {
  TMDB_ACCESS_TOKEN: "in TMDB_ACCESS_TOKEN",
  TMDB_API_KEY: "in TMDB_API_KEY",
  stored: "that is stored with the session",
  given: "that was given"
}

export const run = (options: Options): Command =>
  Effect.gen(function* () {
    const env = yield* environment
    // A credential that is entered goes to the environment's API, not to that of a stored session.
    const record = options.withToken === true ? undefined : yield* recordForApp(env, options.profile)
    const credential = yield* choose("validate-key", options, env, record)
    const tmdb = yield* client(env, { record, credential })
    yield* withClient(tmdb)(Authentication.validateKey())
    const { accessToken, source } = credential
    const kind = accessToken === undefined ? "apiKey" : "accessToken"
    if (options.json === true) return yield* printJson({ valid: true, kind, source })
    const name = kind === "apiKey" ? "API key" : "API read access token"
    yield* sayDone(`TMDB accepts the ${name} ${sources[source]}.`)
  })
