/** `api`: calls any endpoint of TMDB with the stored session. */
import { readFile } from "node:fs/promises"
import * as HttpClient from "@effect/platform/HttpClient"
import { Account, Endpoint, SessionStore, TmdbClient, TmdbError } from "@tmdb-session/node"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { Command } from "../Command.js"
import { type Failure, UsageError } from "../Failure.js"
import type { Sessions } from "../Sessions.js"
import {
  client,
  type Environment,
  environment,
  environmentApi,
  foreign,
  isForeign,
  notSignedIn,
  saySessionOfEnvironment,
  stored,
  withClient
} from "../Settings.js"
import { print, standardInput, Terminal } from "../Terminal.js"

type Method = "GET" | "POST" | "PUT" | "DELETE"

export interface Options {
  readonly path: string
  readonly method?: Method | undefined
  readonly rawField?: ReadonlyArray<string> | undefined
  readonly field?: ReadonlyArray<string> | undefined
  readonly input?: string | undefined
  readonly paginate?: boolean | undefined
  readonly profile?: string | undefined
}

type Fields = Readonly<Record<string, unknown>>

const refuseSecret = (name: string, next: string): UsageError =>
  new UsageError({ message: `${name} is a secret, and a secret must not be an argument. ${next}` })

const readText = (file: string): Effect.Effect<string, UsageError, Terminal> =>
  file === "-"
    ? standardInput
    : Effect.tryPromise({
        try: () => readFile(file, "utf8"),
        catch: (error) =>
          new UsageError({
            message: `${file} cannot be read (${error instanceof Error && "code" in error ? error.code : "unknown"}).`
          })
      })

const split = (given: string): Effect.Effect<readonly [key: string, value: string], UsageError> => {
  const at = given.indexOf("=")
  return at > 0
    ? Effect.succeed([given.slice(0, at), given.slice(at + 1)])
    : new UsageError({ message: "A field must be written as key=value." })
}

const typedValue = (value: string): Effect.Effect<unknown, UsageError, Terminal> => {
  if (value.startsWith("@")) return Effect.map(readText(value.slice(1)), (text) => text.trim())
  if (value === "true" || value === "false") return Effect.succeed(value === "true")
  if (value === "null") return Effect.succeed(null)
  return Effect.succeed(/^-?(0|[1-9]\d{0,14})(\.\d+)?$/.test(value) ? Number(value) : value)
}

const readFields = (options: Options): Effect.Effect<Fields, UsageError, Terminal> =>
  Effect.gen(function* () {
    const fields: Record<string, unknown> = {}
    for (const given of options.rawField ?? []) {
      const [key, value] = yield* split(given)
      if (Endpoint.secretFields.has(key))
        return yield* refuseSecret(
          key,
          `Read it from a file or standard input: -F ${key}=@file, or -F ${key}=@-`
        )
      fields[key] = value
    }
    for (const given of options.field ?? []) {
      const [key, value] = yield* split(given)
      if (Endpoint.secretFields.has(key) && !value.startsWith("@")) {
        return yield* refuseSecret(
          key,
          `Read it from a file or standard input: -F ${key}=@file, or -F ${key}=@-`
        )
      }
      fields[key] = yield* typedValue(value)
    }
    return fields
  })

const readInput = (file: string | undefined): Effect.Effect<Fields, UsageError, Terminal> =>
  Effect.gen(function* () {
    if (file === undefined) return {}
    const text = yield* readText(file)
    // The parser's own message is not shown, since it quotes the text.
    const parsed = Option.liftThrowable((json: string): unknown => JSON.parse(json))(text)
    if (Option.isSome(parsed) && typeof parsed.value === "object" && !Array.isArray(parsed.value)) {
      return (parsed.value ?? {}) as Fields
    }
    return yield* new UsageError({ message: "--input must be a JSON object." })
  })

/** Turns what was typed into a path of the API, which begins with the version. */
const pathOf = (given: string, apiUrl: string): Effect.Effect<string, UsageError> => {
  const below = given.startsWith(`${apiUrl}/`) ? given.slice(apiUrl.length) : given
  if (/^[a-z][a-z0-9+.-]*:/i.test(below)) {
    return new UsageError({ message: `Requests go only to ${apiUrl}. Give a path, such as movie/550.` })
  }
  if (below.includes("#")) return new UsageError({ message: "A path must not contain #." })
  const bare = below.replace(/^\/+/, "")
  const path = /^[34]\//.test(bare) ? `/${bare}` : `/3/${bare}`
  const secret = [...new URLSearchParams(path.split("?")[1] ?? "").entries()].find(
    ([name, value]) => Endpoint.secretFields.has(name) && !/^\{\w+\}$/.test(value)
  )
  if (secret === undefined) return Effect.succeed(path)
  const [name] = secret
  return refuseSecret(
    name,
    name === "session_id" || name === "api_key"
      ? "Leave it out: it is added to the request."
      : `Write ${name}={${name}}, and add -F ${name}=@file`
  )
}

/** The session that a call uses, if there is one. */
interface Caller {
  readonly env: Environment
  readonly record: SessionStore.SessionRecord | undefined
  readonly sessionId: Redacted.Redacted<string> | undefined
}

const callerOf = (named: string | undefined): Effect.Effect<Caller, Failure, Sessions | Terminal> =>
  Effect.gen(function* () {
    const env = yield* environment
    if (env.sessionId !== undefined) {
      yield* saySessionOfEnvironment
      return { env, record: undefined, sessionId: env.sessionId }
    }
    const { found, profile } = yield* stored(named)
    if (found !== undefined && !isForeign(env, found.record)) {
      return { env, record: found.record, sessionId: found.record.sessionId }
    }
    // A call needs no session, unless a profile was named.
    if (named === undefined) return { env, record: undefined, sessionId: undefined }
    return yield* found === undefined ? notSignedIn(profile) : foreign(env, found.record)
  })

/** TMDB's endpoints for sessions take theirs as a field, and those for guests take no account's. */
const takesSession = (path: string): boolean =>
  path.startsWith("/3/") && !path.startsWith("/3/authentication") && !path.includes("guest_session")

const allErrors = [
  TmdbError.SessionDenied,
  TmdbError.InvalidRequestToken,
  TmdbError.InvalidLogin,
  TmdbError.AccountDisabled,
  TmdbError.EmailNotVerified,
  TmdbError.InvalidSession,
  TmdbError.InvalidAccessToken
] as const

/** A row for this endpoint. The session is in the query for every method. */
const endpoint = (method: Method, path: string, withSession: boolean) =>
  Endpoint.make({
    operationId: "api",
    // The type allows only the methods of core's table. The transport takes any.
    method: method as "POST",
    path: withSession ? `${path}${path.includes("?") ? "&" : "?"}session_id={session_id}` : path,
    input: Schema.Any as Schema.Schema<Fields>,
    success: Schema.Unknown,
    errors: allErrors,
    codes: withSession ? { 3: TmdbError.InvalidSession } : {},
    repeat: method === "GET" ? "always" : "never"
  })

/** The account's id. Versions 3 and 4 have different ones. */
const accountId = (
  path: string,
  { record, sessionId }: Caller
): Effect.Effect<string, Failure, TmdbClient.TmdbClient> => {
  if (path.startsWith("/4/")) {
    if (record?.accountId !== undefined) return Effect.succeed(record.accountId)
    return new UsageError({
      message:
        "The {account_id} of version 4 is known only after a version 4 sign-in. Run: tmdb-session login --v4"
    })
  }
  if (sessionId === undefined) return notSignedIn(SessionStore.defaultProfile)
  return Effect.map(Account.details(sessionId), ({ id }) => String(id))
}

/** Prints the answer as it came, and indents it on a terminal. */
const show = (text: string): Effect.Effect<void, never, Terminal> =>
  Effect.flatMap(Terminal, ({ results }) =>
    print(results.isTerminal ? JSON.stringify(JSON.parse(text), null, 2) : text.trimEnd())
  )

const totalPages = (answer: unknown): number => {
  const total = (answer as { readonly total_pages?: unknown } | null)?.total_pages
  return typeof total === "number" ? total : 1
}

export const run = (options: Options): Command =>
  Effect.gen(function* () {
    const caller = yield* callerOf(options.profile)
    const { env, record, sessionId } = caller
    const path = yield* pathOf(options.path, record?.apiUrl ?? environmentApi(env))
    const given = { ...(yield* readInput(options.input)), ...(yield* readFields(options)) }
    const isInPath = (key: string) => path.includes(`{${key}}`)
    const fields = Object.fromEntries(
      Object.entries(given).map(([key, value]) => [key, isInPath(key) ? String(value) : value])
    )
    const hasBody = Object.keys(fields).some((key) => !isInPath(key))
    const method = options.method ?? (hasBody ? "POST" : "GET")
    if (options.paginate === true && method !== "GET") {
      return yield* new UsageError({
        message: "--paginate works only with GET. Add -X GET to send the fields in the query."
      })
    }
    let text = ""
    const tmdb = yield* client(env, {
      record,
      // In version 4 the user's own access token gives access to what belongs to the user.
      credential:
        path.startsWith("/4/") && record?.accessToken !== undefined
          ? { accessToken: record.accessToken }
          : undefined,
      transform: HttpClient.tap((response) =>
        Effect.map(
          Effect.orElseSucceed(response.text, () => ""),
          (body) => {
            text = body
          }
        )
      )
    })
    const withSession = sessionId !== undefined && takesSession(path)
    const row = endpoint(method, path, withSession)
    yield* Effect.gen(function* () {
      const account = path.includes("{account_id}") ? { account_id: yield* accountId(path, caller) } : {}
      const session = withSession ? { session_id: Redacted.value(sessionId) } : {}
      const fetchPage = (more: Fields) =>
        Effect.tap(TmdbClient.call(row, { ...fields, ...account, ...session, ...more }), () => show(text))
      const first = yield* fetchPage(options.paginate === true ? { page: 1 } : {})
      const pages = options.paginate === true ? totalPages(first.value) : 1
      for (let page = 2; page <= pages; page++) yield* fetchPage({ page })
    }).pipe(withClient(tmdb))
  })
