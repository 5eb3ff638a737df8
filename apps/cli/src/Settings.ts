/**
 * Which credential, which API and which session a command uses. The
 * environment wins over what is stored, and that is said; what is stored goes
 * only to the API it came from.
 */

import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import { HttpClientNode, SessionStore, type SignIn, TmdbClient, type TmdbError } from "@tmdb-session/node"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { NotSignedIn } from "./Failure.js"
import { attention, say } from "./Output.js"
import { type Place, Sessions } from "./Sessions.js"
import { narrate, Verbose } from "./Verbose.js"

export interface Environment extends TmdbClient.Settings {
  readonly sessionId: Redacted.Redacted<string> | undefined
}

const sessionId = Config.string("TMDB_SESSION_ID").pipe(
  Config.withDefault(""),
  Config.map((value) => (value.trim() === "" ? undefined : Redacted.make(value.trim())))
)

export const environment: Effect.Effect<Environment, TmdbError.InvalidConfiguration> = TmdbClient.readConfig(
  Config.map(Config.all([TmdbClient.config, sessionId]), ([client, id]) => ({ ...client, sessionId: id }))
)

/** Where a credential came from. */
export type CredentialSource = "TMDB_ACCESS_TOKEN" | "TMDB_API_KEY" | "stored" | "given"

/** The app's credential, of either kind. */
export interface Credential {
  readonly accessToken?: Redacted.Redacted<string> | undefined
  readonly apiKey?: Redacted.Redacted<string> | undefined
  readonly source: CredentialSource
}

export const environmentCredential = ({ accessToken, apiKey }: Environment): Credential | undefined => {
  if (accessToken !== undefined) return { accessToken, source: "TMDB_ACCESS_TOKEN" }
  if (apiKey !== undefined) return { apiKey, source: "TMDB_API_KEY" }
  return undefined
}

const withoutSlash = (url: string): string => url.replace(/\/+$/, "")

/** Whether the environment sends commands to another API than the one a record came from. */
export const isForeign = (env: Environment, record: SessionStore.Record): boolean =>
  env.apiUrl !== undefined && withoutSlash(env.apiUrl) !== withoutSlash(record.apiUrl)

/** The credential that a command uses: the environment's, or the one kept with the record. */
export const credentialOf = (
  env: Environment,
  record: SessionStore.Record | undefined
): Credential | undefined => {
  const given = environmentCredential(env)
  if (given !== undefined) return given
  if (record?.credentials === undefined || isForeign(env, record)) return undefined
  return { ...record.credentials, source: "stored" }
}

const missing = new NotSignedIn({
  message:
    "There is no API credential. Set TMDB_ACCESS_TOKEN to the API read access token from https://www.themoviedb.org/settings/api, or run: tmdb-session login"
})

/** Makes the client. It is no layer, which takes Effect longer to build than all that is asked of TMDB. */
export type Client = Effect.Effect<TmdbClient.Service, TmdbError.InvalidConfiguration, Scope.Scope>

/** Gives an effect the client, whose connections are closed when it has ended. */
export const withClient =
  (client: Client) =>
  <A, E, R>(
    effect: Effect.Effect<A, E, R>
  ): Effect.Effect<
    A,
    E | TmdbError.InvalidConfiguration,
    Exclude<Exclude<R, TmdbClient.TmdbClient>, Scope.Scope>
  > =>
    Effect.scoped(Effect.provideServiceEffect(effect, TmdbClient.TmdbClient, client))

/** TMDB's answers of under a kilobyte gain nothing by being compressed, and undoing that has its cost at each start. */
const uncompressed = HttpClient.mapRequest(HttpClientRequest.setHeader("accept-encoding", "identity"))

/** The client for a credential, by default for that of the environment or of a record. */
export const client = (
  env: Environment,
  options: {
    readonly record?: SessionStore.Record | undefined
    readonly credential?: Omit<Credential, "source"> | undefined
    readonly transform?: ((client: HttpClient.HttpClient) => HttpClient.HttpClient) | undefined
  }
): Effect.Effect<Client, NotSignedIn> =>
  Effect.flatMap(Verbose, (verbose) => {
    const { record, transform = uncompressed } = options
    const credential = options.credential ?? credentialOf(env, record)
    if (credential === undefined) return missing
    const made = TmdbClient.make({
      accessToken: credential.accessToken,
      apiKey: credential.apiKey,
      apiUrl: env.apiUrl ?? record?.apiUrl,
      webUrl: env.webUrl,
      transformClient: (http) => transform(verbose ? narrate(http) : http)
    })
    return Effect.succeed(Effect.provideServiceEffect(made, HttpClient.HttpClient, HttpClientNode.make()))
  })

/** The profile that was named, or the current one. */
export const profileOf = (
  named: string | undefined
): Effect.Effect<string, SessionStore.StoreError, Sessions> =>
  named === undefined ? Effect.flatMap(Sessions, ({ current }) => current) : Effect.succeed(named)

/** The session that a command works with, and what goes with it. */
export interface Active {
  readonly env: Environment
  readonly session: SignIn.SignedIn
  /** Absent where the session is that of the environment. */
  readonly record: SessionStore.Record | undefined
  readonly place: Place | "environment"
  readonly client: Client
}

export const notSignedIn = (profile: string): NotSignedIn =>
  new NotSignedIn({
    message:
      profile === SessionStore.defaultProfile
        ? "You are not signed in. Run: tmdb-session login"
        : `The profile ${profile} is not signed in. Run: tmdb-session login --profile ${profile}`
  })

export const saySessionOfEnvironment: Effect.Effect<void> = say(
  `${attention()} TMDB_SESSION_ID is set: its session is used in place of what is stored.`
)

const sayCredentialOfEnvironment = (env: Environment, record: SessionStore.Record): Effect.Effect<void> => {
  const given = environmentCredential(env)
  if (given === undefined || record.credentials === undefined) return Effect.void
  return say(`${attention()} ${given.source} is set: it is used in place of the stored credential.`)
}

/** Finds the session: the environment's, or that of a profile. */
export const active = (
  named: string | undefined
): Effect.Effect<Active, NotSignedIn | SessionStore.StoreError, Sessions> =>
  Effect.gen(function* () {
    const env = yield* environment
    if (env.sessionId !== undefined) {
      yield* saySessionOfEnvironment
      const session = { sessionId: env.sessionId }
      return { env, session, record: undefined, place: "environment", client: yield* client(env, {}) }
    }
    const profile = yield* profileOf(named)
    const found = Option.getOrUndefined(yield* Effect.flatMap(Sessions, ({ find }) => find(profile)))
    if (found === undefined) return yield* notSignedIn(profile)
    const { place, record } = found
    yield* sayCredentialOfEnvironment(env, record)
    const tmdb = yield* client(env, { record })
    const session = yield* withClient(tmdb)(SessionStore.session(record))
    return { env, session, record, place, client: tmdb }
  })

/** The client for what needs no session: with the environment's credential, or that of a profile. */
export const appClient = (
  named: string | undefined
): Effect.Effect<Client, NotSignedIn | SessionStore.StoreError, Sessions> =>
  Effect.gen(function* () {
    const env = yield* environment
    if (environmentCredential(env) !== undefined) return yield* client(env, {})
    const profile = yield* profileOf(named)
    const found = yield* Effect.flatMap(Sessions, ({ find }) => find(profile))
    return yield* client(env, { record: Option.getOrUndefined(found)?.record })
  })
