/** `status`: shows what is stored, where, and whether TMDB still accepts it. */
import { Account, type SessionStore } from "@tmdb-session/node"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import type { Command } from "../Command.js"
import { exitCode, type Failure, sentence, Told } from "../Failure.js"
import { type Place, type Sessions, sessions } from "../Sessions.js"
import {
  type CredentialSource,
  client,
  credentialOf,
  type Environment,
  environment,
  environmentApi,
  foreign,
  isForeign,
  notSignedIn,
  profileOf,
  withClient
} from "../Settings.js"
import type { Style } from "../Style.js"
import { print, printJson, type Terminal } from "../Terminal.js"

export interface Options {
  readonly profile?: string | undefined
  readonly json?: boolean | undefined
}

/** One session, and whether TMDB accepts it. */
interface Line {
  /** Absent for the session from the environment. */
  readonly profile: string | undefined
  /** Whether commands use it if no profile is named. */
  readonly active: boolean
  readonly place: Place | "environment"
  readonly username: string | undefined
  readonly version: 3 | 4
  readonly apiUrl: string
  readonly credential: CredentialSource | undefined
  readonly failure: Failure | undefined
}

const ask = (
  env: Environment,
  sessionId: Redacted.Redacted<string>,
  record: SessionStore.SessionRecord | undefined
): Effect.Effect<string, Failure, Terminal> =>
  Effect.gen(function* () {
    if (record !== undefined && isForeign(env, record)) return yield* foreign(env, record)
    const tmdb = yield* client(env, { record })
    const account = yield* withClient(tmdb)(Account.details(sessionId))
    return account.username
  })

const ofEnvironment = (env: Environment): Effect.Effect<ReadonlyArray<Line>, never, Terminal> => {
  const { sessionId } = env
  if (sessionId === undefined) return Effect.succeed([])
  return Effect.map(Effect.either(ask(env, sessionId, undefined)), (answer) => [
    {
      profile: undefined,
      active: true,
      place: "environment",
      username: Either.getOrUndefined(answer),
      version: 3,
      apiUrl: environmentApi(env),
      credential: credentialOf(env, undefined)?.source,
      failure: Option.getOrUndefined(Either.getLeft(answer))
    }
  ])
}

const ofProfile = (
  env: Environment,
  profile: string,
  active: boolean
): Effect.Effect<ReadonlyArray<Line>, SessionStore.StoreError, Sessions | Terminal> =>
  Effect.gen(function* () {
    const found = yield* Effect.flatMap(sessions, ({ find }) => find(profile))
    if (Option.isNone(found)) return []
    const { place, record } = found.value
    const answer = yield* Effect.either(ask(env, record.sessionId, record))
    return [
      {
        profile,
        active,
        place,
        username: Either.getOrElse(answer, () => record.username),
        version: record.accessToken === undefined ? 3 : 4,
        apiUrl: record.apiUrl,
        credential: credentialOf(env, record)?.source,
        failure: Option.getOrUndefined(Either.getLeft(answer))
      }
    ]
  })

/** Whether TMDB accepted or refused the session; `unknown` if TMDB gave no answer about it. */
const stateOf = ({ failure }: Line): "accepted" | "refused" | "unknown" => {
  if (failure === undefined) return "accepted"
  return failure._tag === "InvalidSession" ? "refused" : "unknown"
}

const asJson = (line: Line) => ({
  profile: line.profile ?? null,
  active: line.active,
  place: line.place,
  username: line.username ?? null,
  version: line.version,
  apiUrl: line.apiUrl,
  credential: line.credential ?? null,
  state: stateOf(line),
  error: line.failure === undefined ? null : { _tag: line.failure._tag, message: sentence(line.failure) }
})

const places = (path: string): Readonly<Record<Line["place"], string>> => ({
  keyring: "the system's keyring",
  file: path,
  environment: "TMDB_SESSION_ID"
})

const credentials: Readonly<Record<CredentialSource, string>> = {
  TMDB_ACCESS_TOKEN: "TMDB_ACCESS_TOKEN",
  TMDB_API_KEY: "TMDB_API_KEY",
  stored: "stored with the session",
  given: "given"
}

/** Short lines, since a terminal may be narrow. */
const asText = (line: Line, path: string, { attention, cross, quiet, strong, tick }: Style): string => {
  const state = stateOf(line)
  const symbol = { accepted: tick, refused: cross, unknown: attention }[state]
  const name = line.profile === undefined ? "The environment" : strong(line.profile)
  const who = line.username === undefined ? "" : `, ${line.username}`
  const marks = line.active ? quiet(" (in use)") : ""
  const secrets = line.version === 4 ? "session ********, access token ********" : "session ********"
  const rows = [
    `${symbol} ${name}${who}${marks}`,
    ...(line.failure === undefined ? [] : [`  ${sentence(line.failure)}`]),
    `  Holds       ${secrets}`,
    `  Stored in   ${places(path)[line.place]}`,
    `  API         ${line.apiUrl}`,
    `  Credential  ${line.credential === undefined ? "none" : credentials[line.credential]}`
  ]
  return rows.join("\n")
}

export const run = (options: Options): Command =>
  Effect.gen(function* () {
    const env = yield* environment
    const { filePath, list } = yield* sessions
    const current = yield* profileOf(options.profile)
    const profiles = options.profile === undefined ? yield* list : [options.profile]
    const stored = yield* Effect.forEach(
      profiles,
      (profile) => ofProfile(env, profile, env.sessionId === undefined && profile === current),
      { concurrency: 4 }
    )
    const lines = [...(yield* ofEnvironment(env)), ...stored.flat()]
    const inUse = lines.find((line) => line.active)
    const failure = inUse === undefined ? notSignedIn(current) : inUse.failure
    if (options.json === true) {
      yield* printJson({ current, sessions: lines.map(asJson) })
    } else if (lines.length > 0) {
      yield* print((style) => lines.map((line) => asText(line, filePath, style)).join("\n\n"))
    }
    if (inUse === undefined) return yield* notSignedIn(current)
    if (failure !== undefined) return yield* new Told({ exitCode: exitCode(failure) })
  })
