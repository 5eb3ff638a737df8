/** `login`: signs a person in, and keeps the session. */
import {
  Account,
  Authentication,
  LoopbackApproval,
  SessionStore,
  SignIn,
  type TmdbClient
} from "@tmdb-session/node"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Ask from "../Ask.js"
import { type Failure, NotSignedIn, sentence, UsageError } from "../Failure.js"
import {
  attention,
  clearLine,
  isInteractive,
  link,
  overwrite,
  printJson,
  quiet,
  say,
  strong,
  tick
} from "../Output.js"
import type { Command } from "../Run.js"
import { type Credential, client, type Environment, environment, environmentCredential } from "../Settings.js"

export interface Options {
  readonly browser?: boolean | undefined
  readonly withLogin?: boolean | undefined
  readonly withToken?: boolean | undefined
  readonly profile?: string | undefined
  readonly timeout?: Duration.Duration | undefined
  readonly port?: number | undefined
  readonly json?: boolean | undefined
  readonly force?: boolean | undefined
  readonly v4?: boolean | undefined
}

/** A credential that was typed or piped in is told apart by its shape: a JSON Web Token has dots. */
const recognise = (value: Redacted.Redacted<string>): Credential =>
  Redacted.value(value).includes(".") ? { accessToken: value } : { apiKey: value }

const needed =
  "There is no API credential. Set TMDB_ACCESS_TOKEN to the API read access token from https://www.themoviedb.org/settings/api, or pipe it in: tmdb-session login --with-token < file"

interface Chosen {
  readonly credential: Credential
  readonly typedIn: boolean
}

/** The app's credential: from stdin when asked for, the environment, or a hidden prompt. */
const chooseCredential = (options: Options, env: Environment): Effect.Effect<Chosen, Failure> =>
  Effect.gen(function* () {
    if (options.withToken === true) {
      const value = isInteractive()
        ? yield* Ask.hidden("Paste the API read access token (or v3 API key)")
        : yield* Ask.fromStdin("API credential")
      return { credential: recognise(value), typedIn: true }
    }
    const credential = environmentCredential(env)
    if (credential !== undefined) return { credential, typedIn: false }
    if (!isInteractive()) return yield* new NotSignedIn({ message: needed })
    yield* say("TMDB gives every app a credential of its own: https://www.themoviedb.org/settings/api")
    const value = yield* Ask.hidden("Paste the API read access token (or v3 API key)")
    if (Redacted.value(value) === "") return yield* new UsageError({ message: "Nothing was entered." })
    return { credential: recognise(value), typedIn: true }
  })

/** A session that is there already is not replaced without a word. */
const mayReplace = (
  options: Options,
  profile: string
): Effect.Effect<void, Failure, SessionStore.SessionStore> =>
  Effect.gen(function* () {
    if (options.force === true) return
    const store = yield* SessionStore.SessionStore
    const existing = yield* store.load(profile)
    if (Option.isNone(existing)) return
    const who = existing.value.username === undefined ? "" : ` as ${existing.value.username}`
    if (!isInteractive()) {
      return yield* new UsageError({
        message: `The profile ${profile} is signed in${who} already. Add --force to sign in again, or --profile for another.`
      })
    }
    const again = yield* Ask.confirm(`The profile ${profile} is signed in${who} already. Sign in again?`)
    if (!again) return yield* new UsageError({ message: "Left as it was." })
  })

const clock = (duration: Duration.Duration): string => {
  const seconds = Math.max(0, Math.round(Duration.toSeconds(duration)))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`
}

/** Shows how long the approval still lives, each second, until interrupted. */
const countdown = (ends: number): Effect.Effect<void> =>
  Effect.flatMap(Clock.currentTimeMillis, (now) =>
    overwrite(`Waiting for your approval… ${clock(Duration.millis(ends - now))} left`)
  ).pipe(Effect.repeat(Schedule.spaced("1 second")), Effect.ensuring(clearLine))

/** Signs in through the browser, telling the person what happens. */
const byBrowser = (options: Options): Effect.Effect<SignIn.SignedIn, Failure, TmdbClient.TmdbClient> =>
  Effect.scoped(
    Effect.gen(function* () {
      let lifetime = Duration.minutes(60)
      const scope = yield* Effect.scope
      const onEvent = (event: SignIn.Event): Effect.Effect<void> =>
        Effect.gen(function* () {
          if (event._tag === "TokenIssued") lifetime = event.lifetime
          if (event._tag !== "ApprovalRequested") return
          yield* say(`${strong("Approve the sign-in in your browser:")}\n  ${link(event.url)}`)
          const wait = Duration.min(lifetime, options.timeout ?? lifetime)
          if (process.stderr.isTTY !== true) {
            return yield* say(`Waiting for your approval (${clock(wait)} left)`)
          }
          const now = yield* Clock.currentTimeMillis
          yield* Effect.forkIn(countdown(now + Duration.toMillis(wait)), scope)
        })
      return yield* SignIn.signIn({
        version: options.v4 === true ? 4 : 3,
        timeout: options.timeout,
        onEvent
      }).pipe(
        Effect.provide(
          LoopbackApproval.layer({
            ...(options.port === undefined ? {} : { port: options.port }),
            ...(options.browser === false ? { open: false } : {})
          })
        )
      )
    })
  )

/** Signs in with a username and password, where no browser can be used. */
const byLogin: Effect.Effect<SignIn.SignedIn, Failure, TmdbClient.TmdbClient> = Effect.gen(function* () {
  if (!isInteractive()) {
    return yield* new UsageError({ message: "--with-login asks for the password and needs a terminal." })
  }
  yield* say(`${attention()} TMDB favours approval in the browser: give a password only where there is none.`)
  const username = yield* Ask.text("TMDB username")
  const password = yield* Ask.hidden("TMDB password")
  const { requestToken } = yield* Authentication.createRequestToken()
  const approved = yield* Authentication.validateWithLogin({ username, password, requestToken })
  return yield* Authentication.createSession(approved.requestToken)
})

/** The session could not be kept: it is ended rather than left alive where nobody knows it. */
const endUnkept = (
  session: SignIn.SignedIn,
  failure: Failure
): Effect.Effect<never, Failure, TmdbClient.TmdbClient> =>
  Effect.gen(function* () {
    const ended = yield* Effect.either(SignIn.signOut(session))
    yield* say(
      Either.isRight(ended)
        ? `${attention()} The session could not be saved, so it was ended at TMDB again.`
        : `${attention()} The session could not be saved, and not be ended either: ${sentence(ended.left)} End it at https://www.themoviedb.org/settings/applications`
    )
    return yield* Effect.fail(failure)
  })

export const login = (options: Options): Command =>
  Effect.gen(function* () {
    const env = yield* environment
    const profile = options.profile ?? SessionStore.defaultProfile
    if (options.withLogin === true && options.v4 === true) {
      return yield* new UsageError({
        message: "--with-login cannot be combined with --v4, which needs the browser."
      })
    }
    if (env.sessionId !== undefined) {
      yield* say(`${attention()} TMDB_SESSION_ID is set: commands use it in place of what is stored.`)
    }
    const store = yield* SessionStore.SessionStore
    yield* mayReplace(options, profile)
    const { credential, typedIn } = yield* chooseCredential(options, env)
    const layer = yield* client(env, { credential })
    yield* store.prove
    yield* Effect.gen(function* () {
      const session = yield* options.withLogin === true ? byLogin : byBrowser(options)
      const account = yield* Effect.option(Account.details(session.sessionId))
      const username = Option.getOrUndefined(Option.map(account, (found) => found.username))
      const record = yield* SessionStore.record(session, {
        username,
        ...(typedIn ? { credentials: credential } : {})
      })
      yield* Effect.catchAll(store.save(record, profile), (error) => endUnkept(session, error))
      if (options.json === true) return yield* printJson({ profile, username, apiUrl: record.apiUrl })
      yield* say(`${tick()} Signed in to TMDB${username === undefined ? "" : ` as ${strong(username)}`}.`)
      yield* say(
        quiet(
          `Kept as profile ${profile}. Next: tmdb-session whoami, tmdb-session token, tmdb-session logout`
        )
      )
    }).pipe(Effect.provide(layer))
  })
