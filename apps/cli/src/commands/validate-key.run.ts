/** `validate-key`: whether TMDB accepts the API credential. */
import { Authentication } from "@tmdb-session/node"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { choose } from "../Credential.js"
import { printJson, say, tick } from "../Output.js"
import type { Command } from "../Run.js"
import { Sessions } from "../Sessions.js"
import { type CredentialSource, client, environment, profileOf, withClient } from "../Settings.js"

export interface Options {
  readonly withToken?: boolean | undefined
  readonly profile?: string | undefined
  readonly json?: boolean | undefined
}

const sources: Readonly<Record<CredentialSource, string>> = {
  TMDB_ACCESS_TOKEN: "of TMDB_ACCESS_TOKEN",
  TMDB_API_KEY: "of TMDB_API_KEY",
  stored: "that is kept with the session",
  given: "that was given"
}

export const validateKey = (options: Options): Command =>
  Effect.gen(function* () {
    const env = yield* environment
    const profile = yield* profileOf(options.profile)
    const found = yield* Effect.flatMap(Sessions, ({ find }) => find(profile))
    const record = Option.getOrUndefined(found)?.record
    const credential = yield* choose("validate-key", options, env, record)
    const tmdb = yield* client(env, { record, credential })
    yield* withClient(tmdb)(Authentication.validateKey())
    const { accessToken, source } = credential
    const kind = accessToken === undefined ? "apiKey" : "accessToken"
    if (options.json === true) return yield* printJson({ valid: true, kind, source })
    const name = kind === "apiKey" ? "API key" : "API read access token"
    yield* say(`${tick()} TMDB accepts the ${name} ${sources[source]}.`)
  })
