/**
 * Which credential, which API and which session a command uses. The
 * environment wins over what is stored; what is stored goes only to the API it
 * came from.
 */
import { layer, SessionStore, type SignIn, TmdbClient, type TmdbError } from "@tmdb-session/node"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { NotSignedIn } from "./Failure.js"
import { attention, say } from "./Output.js"

export interface Environment extends TmdbClient.Settings {
  readonly sessionId: Redacted.Redacted<string> | undefined
}

const sessionId = Config.string("TMDB_SESSION_ID").pipe(
  Config.option,
  Config.map((value) => Option.getOrElse(value, () => "").trim()),
  Config.map((value) => (value === "" ? undefined : Redacted.make(value)))
)

export const environment: Effect.Effect<Environment, TmdbError.InvalidConfiguration> = TmdbClient.readConfig(
  Config.map(Config.all([TmdbClient.config, sessionId]), ([client, id]) => ({ ...client, sessionId: id }))
)

/** A credential, and whether it is to be kept with the session because it was typed in. */
export interface Credential {
  readonly accessToken?: Redacted.Redacted<string> | undefined
  readonly apiKey?: Redacted.Redacted<string> | undefined
}

export const environmentCredential = (env: Environment): Credential | undefined => {
  if (env.accessToken !== undefined) return { accessToken: env.accessToken }
  if (env.apiKey !== undefined) return { apiKey: env.apiKey }
  return undefined
}

const sameApi = (left: string, right: string): boolean =>
  left.replace(/\/+$/, "") === right.replace(/\/+$/, "")

const storedCredential = (
  env: Environment,
  record: SessionStore.Record | undefined
): Credential | undefined => {
  if (record?.credentials === undefined) return undefined
  if (env.apiUrl !== undefined && !sameApi(env.apiUrl, record.apiUrl)) return undefined
  return record.credentials
}

const missing = new NotSignedIn({
  message:
    "There is no API credential. Set TMDB_ACCESS_TOKEN to the API read access token from https://www.themoviedb.org/settings/api, or run: tmdb-session login"
})

/** The client for a credential, without one for a record's own. */
export const client = (
  env: Environment,
  options: { readonly record?: SessionStore.Record | undefined; readonly credential?: Credential | undefined }
): Effect.Effect<Layer.Layer<TmdbClient.TmdbClient, TmdbError.InvalidConfiguration>, NotSignedIn> => {
  const { record } = options
  const credential = options.credential ?? environmentCredential(env) ?? storedCredential(env, record)
  if (credential === undefined) return missing
  return Effect.succeed(layer({ ...credential, apiUrl: env.apiUrl ?? record?.apiUrl, webUrl: env.webUrl }))
}

/** The session that a command works with, and the client that may send it. */
export interface Active {
  readonly session: SignIn.SignedIn
  readonly record: SessionStore.Record | undefined
  readonly source: "environment" | "store"
  readonly client: Layer.Layer<TmdbClient.TmdbClient, TmdbError.InvalidConfiguration>
}

const notSignedIn = (profile: string): NotSignedIn =>
  new NotSignedIn({
    message:
      profile === SessionStore.defaultProfile
        ? "You are not signed in. Run: tmdb-session login"
        : `The profile ${profile} is not signed in. Run: tmdb-session login --profile ${profile}`
  })

/** Finds the session: the environment's, or that of a profile. */
export const active = (
  profile: string = SessionStore.defaultProfile
): Effect.Effect<Active, NotSignedIn | SessionStore.StoreError, SessionStore.SessionStore> =>
  Effect.gen(function* () {
    const env = yield* environment
    if (env.sessionId !== undefined) {
      yield* say(`${attention()} The session of TMDB_SESSION_ID is used.`)
      return {
        session: { sessionId: env.sessionId },
        record: undefined,
        source: "environment" as const,
        client: yield* client(env, {})
      }
    }
    const store = yield* SessionStore.SessionStore
    const record = Option.getOrUndefined(yield* store.load(profile))
    if (record === undefined) return yield* notSignedIn(profile)
    const layer = yield* client(env, { record })
    const session = yield* Effect.provide(SessionStore.session(record), layer)
    return { session, record, source: "store" as const, client: layer }
  })
