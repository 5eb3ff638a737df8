/**
 * Which credential, API and session a command uses. The environment takes
 * precedence over what is stored, and the command says so. What is stored is
 * sent only to the API it came from, and a credential from the environment only
 * to the environment's API.
 */
import * as HttpClient from "@effect/platform/HttpClient"
import { HttpClientNode, SessionStore, type SignIn, TmdbClient, type TmdbError } from "@tmdb-session/node"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { NotSignedIn } from "./Failure.js"
import { type Found, type Sessions, sessions } from "./Sessions.js"
import { Terminal, warn } from "./Terminal.js"
import { narrate, Verbose } from "./Verbose.js"

export interface Environment extends TmdbClient.Settings {
  readonly sessionId: Redacted.Redacted<string> | undefined
}

const settings = Config.all([TmdbClient.config, TmdbClient.secretSetting("TMDB_SESSION_ID")])

/** The API's address is checked and normalized here, so that it can be compared and shown. */
export const environment: Effect.Effect<Environment, TmdbError.InvalidConfiguration> = Effect.gen(
  function* () {
    const [client, sessionId] = yield* TmdbClient.readConfig(settings)
    const apiUrl = client.apiUrl === undefined ? undefined : yield* TmdbClient.normalApiUrl(client.apiUrl)
    return { ...client, apiUrl, sessionId }
  }
)

/** Where a credential came from. */
export type CredentialSource = "TMDB_ACCESS_TOKEN" | "TMDB_API_KEY" | "stored" | "given"

/** The app's credential, of either kind. */
export interface AppCredential {
  readonly accessToken?: Redacted.Redacted<string> | undefined
  readonly apiKey?: Redacted.Redacted<string> | undefined
  readonly source: CredentialSource
}

const environmentCredential = ({ accessToken, apiKey }: Environment): AppCredential | undefined => {
  if (accessToken !== undefined) return { accessToken, source: "TMDB_ACCESS_TOKEN" }
  if (apiKey !== undefined) return { apiKey, source: "TMDB_API_KEY" }
  return undefined
}

const hasCredential = (env: Environment): boolean => environmentCredential(env) !== undefined

/** The environment's API, to which its credential and its session belong. */
export const environmentApi = ({ apiUrl }: Environment): string => apiUrl ?? TmdbClient.defaultApiUrl

/**
 * Whether commands cannot use a record. That is so if the environment names
 * another API than the record's, or if it has a credential for another API and
 * the record has none.
 */
export const isForeign = (env: Environment, record: SessionStore.SessionRecord): boolean => {
  if (SessionStore.isFrom(record, environmentApi(env))) return false
  return env.apiUrl !== undefined || (hasCredential(env) && record.credentials === undefined)
}

/**
 * The credential for the API of a record, or for the environment's API if there
 * is no record. The environment's credential takes precedence if it belongs to
 * that API.
 */
export const credentialOf = (
  env: Environment,
  record: SessionStore.SessionRecord | undefined
): AppCredential | undefined => {
  const given = environmentCredential(env)
  if (record === undefined) return given
  if (given !== undefined && SessionStore.isFrom(record, environmentApi(env))) return given
  return record.credentials === undefined ? undefined : { ...record.credentials, source: "stored" }
}

const missing = new NotSignedIn({
  message:
    "There is no API credential. Set TMDB_ACCESS_TOKEN to the API read access token from https://www.themoviedb.org/settings/api, or run: tmdb-session login"
})

/** Makes the client. `withClient` provides it to what calls TMDB. */
export type Client = Effect.Effect<TmdbClient.Service, TmdbError.InvalidConfiguration, Scope.Scope>

/** Provides the client to an effect, and closes its connections when the effect ends. */
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

/** The client for the API of a record, or for the environment's API if there is no record. */
export const client = (
  env: Environment,
  options: {
    readonly record?: SessionStore.SessionRecord | undefined
    readonly credential?: Omit<AppCredential, "source"> | undefined
    readonly transform?: ((client: HttpClient.HttpClient) => HttpClient.HttpClient) | undefined
  }
): Effect.Effect<Client, NotSignedIn, Terminal> =>
  Effect.gen(function* () {
    const { record, transform = (http) => http } = options
    const credential = options.credential ?? credentialOf(env, record)
    if (credential === undefined) return yield* missing
    const verbose = (yield* Verbose) ? narrate(yield* Terminal) : (http: HttpClient.HttpClient) => http
    const made = TmdbClient.make({
      accessToken: credential.accessToken,
      apiKey: credential.apiKey,
      apiUrl: record?.apiUrl ?? env.apiUrl,
      webUrl: env.webUrl,
      transformClient: (http) => transform(verbose(http))
    })
    return Effect.provideServiceEffect(made, HttpClient.HttpClient, HttpClientNode.make)
  })

/** The named profile, or the current one. */
export const profileOf = (
  named: string | undefined
): Effect.Effect<string, SessionStore.StoreError, Sessions> =>
  named === undefined ? Effect.flatMap(sessions, ({ current }) => current) : Effect.succeed(named)

export const notSignedIn = (profile: string): NotSignedIn =>
  new NotSignedIn({
    message:
      profile === SessionStore.defaultProfile
        ? "You are not signed in. Run: tmdb-session login"
        : `The profile ${profile} is not signed in. Run: tmdb-session login --profile ${profile}`
  })

/** The error that says why a stored session is not used. */
export const foreign = (env: Environment, { apiUrl }: SessionStore.SessionRecord): NotSignedIn => {
  const other =
    env.apiUrl === undefined
      ? `${environmentCredential(env)?.source} is for ${TmdbClient.defaultApiUrl}`
      : "TMDB_API_URL names another API"
  return new NotSignedIn({
    message: `The stored session is not used: it came from ${apiUrl}, and ${other}. Set TMDB_API_URL to ${apiUrl}, with a credential for it, or run: tmdb-session login`
  })
}

export const saySessionOfEnvironment: Effect.Effect<void, never, Terminal> = warn(
  "TMDB_SESSION_ID is set: its session is used instead of the stored one."
)

const sayCredential = (
  env: Environment,
  record: SessionStore.SessionRecord
): Effect.Effect<void, never, Terminal> => {
  const given = environmentCredential(env)
  if (given === undefined || record.credentials === undefined) return Effect.void
  return warn(
    credentialOf(env, record)?.source === given.source
      ? `${given.source} is set: it is used instead of the stored credential.`
      : `${given.source} is set but not used: the stored session came from another API, ${record.apiUrl}.`
  )
}

/** The session that a command uses, and a client for its API. */
export interface Active {
  readonly session: SignIn.SignedIn
  readonly client: Client
}

/** What is stored for the named profile, or for the current one. */
export const stored = (
  named: string | undefined
): Effect.Effect<
  { readonly profile: string; readonly found: Found | undefined },
  SessionStore.StoreError,
  Sessions
> =>
  Effect.gen(function* () {
    const profile = yield* profileOf(named)
    const { find } = yield* sessions
    return { profile, found: Option.getOrUndefined(yield* find(profile)) }
  })

/** Finds the session: the environment's, or else that of the profile. */
export const active = (
  named: string | undefined
): Effect.Effect<Active, NotSignedIn | SessionStore.StoreError, Sessions | Terminal> =>
  Effect.gen(function* () {
    const env = yield* environment
    if (env.sessionId !== undefined) {
      yield* saySessionOfEnvironment
      return { session: { sessionId: env.sessionId }, client: yield* client(env, {}) }
    }
    const { found, profile } = yield* stored(named)
    if (found === undefined) return yield* notSignedIn(profile)
    const { record } = found
    if (isForeign(env, record)) return yield* foreign(env, record)
    yield* sayCredential(env, record)
    const tmdb = yield* client(env, { record })
    return { session: yield* withClient(tmdb)(SessionStore.session(record)), client: tmdb }
  })

/** The record whose credential is used if the environment has none. */
export const recordForApp = (
  env: Environment,
  named: string | undefined
): Effect.Effect<SessionStore.SessionRecord | undefined, SessionStore.StoreError, Sessions> =>
  Effect.gen(function* () {
    if (hasCredential(env)) return undefined
    const { found } = yield* stored(named)
    return found === undefined || isForeign(env, found.record) ? undefined : found.record
  })

/** The client for what needs no session, with the environment's credential or that of the profile. */
export const appClient = (
  named: string | undefined
): Effect.Effect<Client, NotSignedIn | SessionStore.StoreError, Sessions | Terminal> =>
  Effect.gen(function* () {
    const env = yield* environment
    return yield* client(env, { record: yield* recordForApp(env, named) })
  })
