/** `login`: signs a person in, and keeps the session. */
import {
  Account,
  Approval,
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
import type * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import type { Command } from "../Command.js"
import { choose } from "../Credential.js"
import { type Failure, livesOn, UsageError } from "../Failure.js"
import { isSame, type Keeping, type Kept, type Place, type Sessions, sessions } from "../Sessions.js"
import { client, environment, profileOf, withClient } from "../Settings.js"
import {
  askHidden,
  askText,
  clearLine,
  confirm,
  isInteractive,
  note,
  overwrite,
  printJson,
  say,
  sayDone,
  Terminal,
  warn
} from "../Terminal.js"

export interface Options {
  readonly noBrowser?: boolean | undefined
  readonly qr?: boolean | undefined
  readonly withLogin?: boolean | undefined
  readonly withToken?: boolean | undefined
  readonly v4?: boolean | undefined
  readonly force?: boolean | undefined
  readonly insecureStorage?: boolean | undefined
  readonly profile?: string | undefined
  readonly timeout?: Duration.DurationInput | undefined
  readonly port?: number | undefined
  readonly json?: boolean | undefined
}

const checkOptions = (options: Options): Effect.Effect<void, UsageError, Terminal> =>
  Effect.gen(function* () {
    if (options.withLogin !== true) return
    if (options.v4 === true) {
      return yield* new UsageError({ message: "--with-login cannot go with --v4, which needs the browser." })
    }
    if (!(yield* isInteractive)) {
      return yield* new UsageError({ message: "--with-login asks for the password and needs a terminal." })
    }
  })

/** What cannot be read is no session, and is kept aside by the store. */
const isCorrupt = (error: SessionStore.StoreError): boolean =>
  error._tag === "SessionStoreError" && error.reason === "corrupt"

/** A session that is there already is not replaced without a word. */
const mayReplace = (options: Options, profile: string): Effect.Effect<void, Failure, Sessions | Terminal> =>
  Effect.gen(function* () {
    if (options.force === true) return
    const existing = yield* Effect.catchIf(
      Effect.flatMap(sessions, ({ find }) => find(profile)),
      isCorrupt,
      () => Effect.succeedNone
    )
    if (Option.isNone(existing)) return
    const { username } = existing.value.record
    const who = username === undefined ? "" : ` as ${username}`
    if (!(yield* isInteractive)) {
      return yield* new UsageError({
        message: `The profile ${profile} is signed in${who} already. Add --force to sign in again, or --profile for another.`
      })
    }
    const again = yield* confirm(`The profile ${profile} is signed in${who} already. Sign in again?`)
    if (!again) return yield* new UsageError({ message: "Left as it was." })
  })

const clock = (duration: Duration.Duration): string => {
  const seconds = Math.max(0, Math.round(Duration.toSeconds(duration)))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`
}

/** Shows how long the approval still lives, each second, until interrupted. */
const countdown = (ends: number): Effect.Effect<void, never, Terminal> =>
  Effect.flatMap(Clock.currentTimeMillis, (now) =>
    overwrite(`Waiting for approval, ${clock(Duration.millis(ends - now))} left`)
  ).pipe(Effect.repeat(Schedule.spaced("1 second")), Effect.ensuring(clearLine))

/** Shows the URL as a QR code, where there is room for it. */
const sayCode = (url: string): Effect.Effect<void, never, Terminal> =>
  Effect.gen(function* () {
    const { code } = yield* Effect.promise(() => import("../QrCode.js"))
    const { text, width } = code(url)
    const room = (yield* Terminal).messages.width()
    if (width <= room) return yield* say(text)
    yield* warn(`The QR code needs ${width} columns, and this terminal has ${room}.`)
  })

/** With a code the browser is on another device, which can come back to no port of this one. */
const approval = (options: Options): Layer.Layer<Approval.Approval> =>
  options.qr === true
    ? Approval.layerShow(() => Effect.void)
    : LoopbackApproval.layer({
        ...(options.port === undefined ? {} : { port: options.port }),
        ...(options.noBrowser === true ? { open: false } : {})
      })

/** Signs in through the browser, telling the person what happens. */
const byBrowser = (
  options: Options
): Effect.Effect<SignIn.SignedIn, Failure, TmdbClient.TmdbClient | Terminal> =>
  Effect.scoped(
    Effect.gen(function* () {
      const terminal = yield* Terminal
      let lifetime = Duration.minutes(60)
      const scope = yield* Effect.scope
      const patience = options.timeout === undefined ? Duration.infinity : Duration.decode(options.timeout)
      const onEvent = (event: SignIn.SignInEvent): Effect.Effect<void> =>
        Effect.gen(function* () {
          if (event._tag === "TokenIssued") lifetime = event.lifetime
          if (event._tag !== "ApprovalRequested") return
          yield* say(
            ({ link, strong }) => `${strong("Approve the sign-in in your browser:")}\n  ${link(event.url)}`
          )
          if (options.qr === true) yield* sayCode(event.url)
          const wait = Duration.min(lifetime, patience)
          if (!terminal.messages.isTerminal) {
            return yield* say(`Waiting for approval, ${clock(wait)} left.`)
          }
          const now = yield* Clock.currentTimeMillis
          yield* Effect.forkIn(countdown(now + Duration.toMillis(wait)), scope)
        }).pipe(Effect.provideService(Terminal, terminal))
      return yield* SignIn.signIn({
        version: options.v4 === true ? 4 : 3,
        timeout: options.timeout,
        onEvent
      }).pipe(Effect.provide(approval(options)))
    })
  )

/** Signs in with a username and password, where no browser can be used. */
const byLogin: Effect.Effect<SignIn.SignedIn, Failure, TmdbClient.TmdbClient | Terminal> = Effect.gen(
  function* () {
    yield* warn("TMDB favours approval in the browser: give a password only where there is none.")
    const username = yield* askText("TMDB username")
    const password = yield* askHidden("TMDB password")
    if (username === "" || Redacted.value(password) === "") {
      return yield* new UsageError({ message: "Both the username and the password are needed." })
    }
    const { requestToken } = yield* Authentication.createRequestToken()
    const approved = yield* Authentication.validateWithLogin({ username, password, requestToken })
    return yield* Authentication.createSession(approved.requestToken)
  }
)

/** A session that nobody keeps is ended rather than left alive. */
const endUnkept = (session: SignIn.SignedIn): Effect.Effect<void, never, TmdbClient.TmdbClient | Terminal> =>
  Effect.flatMap(Effect.either(SignIn.signOut(session)), (ended) =>
    warn(
      Either.isRight(ended)
        ? "The session was not kept, so it was ended at TMDB again."
        : `The session was not kept, and could not be ended either: ${livesOn(ended.left)}`
    )
  )

/** The session that was there before, of this profile or of a sign-in that was quicker: nobody would find it again. */
const endReplaced = (
  before: SessionStore.SessionRecord,
  session: SignIn.SignedIn
): Effect.Effect<void, never, TmdbClient.TmdbClient | Terminal> =>
  Effect.gen(function* () {
    if (isSame(before, session)) return
    const ended = yield* Effect.either(
      Effect.flatMap(SessionStore.session(before), (replaced) => SignIn.signOut(replaced))
    )
    yield* Either.isRight(ended)
      ? note("The session that was there before is ended at TMDB.")
      : warn(`The session that was there before could not be ended at TMDB: ${livesOn(ended.left)}`)
  })

/** Commands would find it before the new one. */
const sayLeft = (place: Place, profile: string): Effect.Effect<void, never, Terminal> =>
  warn(
    `What profile ${profile} held in the ${place} before could not be removed from there, ` +
      `and commands find it first. Run tmdb-session logout --profile ${profile}: the new session stays.`
  )

const sayPlace = (
  { noKeyring, place }: Keeping,
  profile: string
): Effect.Effect<void, Failure, Sessions | Terminal> =>
  Effect.gen(function* () {
    if (place === "keyring") return yield* note(`Kept in the system's keyring, as profile ${profile}.`)
    const { filePath } = yield* sessions
    const where = `in ${filePath}, which only you can read, as profile ${profile}.`
    yield* noKeyring === undefined ? note(`Kept ${where}`) : warn(`There is no keyring here: kept ${where}`)
  })

/** The first profile that is signed in becomes the current one; another takes a `switch`. */
const chooseCurrent = (profile: string): Effect.Effect<boolean, Failure, Sessions> =>
  Effect.gen(function* () {
    const { current, find, makeCurrent } = yield* sessions
    const used = yield* current
    if (used === profile) return true
    const taken = yield* Effect.orElseSucceed(find(used), Option.none)
    if (Option.isSome(taken)) return false
    yield* makeCurrent(profile)
    return true
  })

type Restore = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

interface Signed extends Kept {
  readonly record: SessionStore.SessionRecord
}

/** Once TMDB gave the session, it is kept or ended; only the question whose it is, and a wait for another command, may be interrupted. */
const keep = (
  session: SignIn.SignedIn,
  keeping: Keeping,
  as: { readonly profile: string; readonly credentials: SessionStore.SessionRecord["credentials"] },
  restore: Restore
): Effect.Effect<Signed, Failure, TmdbClient.TmdbClient | Terminal> =>
  Effect.gen(function* () {
    const account = yield* restore(Effect.either(Account.details(session.sessionId)))
    const record = yield* SessionStore.record(session, {
      ...(Either.isRight(account) ? { username: account.right.username } : {}),
      ...(as.credentials === undefined ? {} : { credentials: as.credentials })
    })
    return { record, ...(yield* keeping.keep(record, as.profile)) }
  }).pipe(Effect.onError(() => endUnkept(session)))

/** A v4 sign-in can fail after its access token was granted: that is not left alive either. */
const endGranted = (failure: Failure): Effect.Effect<void, never, TmdbClient.TmdbClient | Terminal> => {
  if (!("granted" in failure) || failure.granted === undefined) return Effect.void
  return Effect.flatMap(
    Effect.either(Authentication.deleteAccessToken(failure.granted.accessToken)),
    (ended) =>
      warn(
        Either.isRight(ended)
          ? "The access token was granted and could not be used, so it was ended at TMDB again."
          : `The access token was granted, and could be neither used nor ended: ${livesOn(ended.left)}`
      )
  )
}

const report = (
  { record }: Signed,
  options: Options,
  profile: string,
  keeping: Keeping
): Effect.Effect<void, Failure, Sessions | Terminal> =>
  Effect.gen(function* () {
    const current = yield* chooseCurrent(profile)
    const { accessToken, apiUrl, username } = record
    if (options.json === true) {
      const version = accessToken === undefined ? 3 : 4
      return yield* printJson({
        profile,
        current,
        username: username ?? null,
        version,
        apiUrl,
        place: keeping.place
      })
    }
    yield* sayDone(
      ({ strong }) => `Signed in to TMDB${username === undefined ? "" : ` as ${strong(username)}`}.`
    )
    yield* sayPlace(keeping, profile)
    yield* note(
      current
        ? "Next: tmdb-session status, tmdb-session api account"
        : `To use it without --profile: tmdb-session switch ${profile}`
    )
  })

export const run = (options: Options): Command =>
  Effect.gen(function* () {
    yield* checkOptions(options)
    const env = yield* environment
    const profile = yield* profileOf(options.profile)
    if (env.sessionId !== undefined) {
      yield* warn("TMDB_SESSION_ID is set: commands use it in place of what is stored.")
    }
    yield* mayReplace(options, profile)
    const credential = yield* choose("login", options, env)
    const { accessToken, apiKey, source } = credential
    const credentials = source === "given" ? { accessToken, apiKey } : undefined
    const tmdb = yield* client(env, { credential })
    const { prepare } = yield* sessions
    const keeping = yield* prepare({ insecureStorage: options.insecureStorage === true })
    const signIn = Effect.tapError(options.withLogin === true ? byLogin : byBrowser(options), endGranted)
    yield* Effect.uninterruptibleMask((restore) =>
      Effect.gen(function* () {
        const session = yield* restore(signIn)
        const kept = yield* keep(session, keeping, { profile, credentials }, restore)
        yield* Effect.forEach(kept.before, (replaced) => endReplaced(replaced, session))
        if (kept.left !== undefined) yield* sayLeft(kept.left, profile)
        yield* report(kept, options, profile, keeping)
      })
    ).pipe(withClient(tmdb))
  })
