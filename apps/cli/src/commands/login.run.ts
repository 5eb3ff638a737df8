/** `login`: signs a person in and stores the session. */
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
      return yield* new UsageError({
        message: "--with-login does not work with --v4, which needs approval in the browser."
      })
    }
    if (!(yield* isInteractive)) {
      return yield* new UsageError({ message: "--with-login asks for the password, so it needs a terminal." })
    }
  })

/** A record that cannot be read counts as no session. The store sets it aside when a new one is saved. */
const isCorrupt = (error: SessionStore.StoreError): boolean =>
  error._tag === "SessionStoreError" && error.reason === "corrupt"

/** Asks before a stored session is replaced. */
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
        message: `The profile ${profile} is already signed in${who}. Add --force to sign in again, or --profile <name> to use another profile.`
      })
    }
    const again = yield* confirm(`The profile ${profile} is already signed in${who}. Sign in again?`)
    if (!again) return yield* new UsageError({ message: "Nothing was changed." })
  })

const clock = (duration: Duration.Duration): string => {
  const seconds = Math.max(0, Math.round(Duration.toSeconds(duration)))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`
}

/** Shows each second how much time is left for the approval, until interrupted. */
const countdown = (ends: number): Effect.Effect<void, never, Terminal> =>
  Effect.flatMap(Clock.currentTimeMillis, (now) =>
    overwrite(`Waiting for approval, ${clock(Duration.millis(ends - now))} left`)
  ).pipe(Effect.repeat(Schedule.spaced("1 second")), Effect.ensuring(clearLine))

/** Shows the URL as a QR code if the terminal is wide enough. */
const sayCode = (url: string): Effect.Effect<void, never, Terminal> =>
  Effect.gen(function* () {
    const { code } = yield* Effect.promise(() => import("../QrCode.js"))
    const { text, width } = code(url)
    const room = (yield* Terminal).messages.width()
    if (width <= room) return yield* say(text)
    yield* warn(
      `The QR code needs ${width} columns, and this terminal has ${room}. Open the URL instead, or use a wider terminal.`
    )
  })

/** With a QR code the browser is on another device, which cannot reach a loopback port of this one. */
const approval = (options: Options): Layer.Layer<Approval.Approval> =>
  options.qr === true
    ? Approval.layerShow(() => Effect.void)
    : LoopbackApproval.layer({
        ...(options.port === undefined ? {} : { port: options.port }),
        ...(options.noBrowser === true ? { open: false } : {})
      })

/** Signs in through the browser, and tells the person what to do. */
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

/** Signs in with a username and password, for where no browser can be used. */
const byLogin: Effect.Effect<SignIn.SignedIn, Failure, TmdbClient.TmdbClient | Terminal> = Effect.gen(
  function* () {
    yield* warn(
      "TMDB recommends approval in the browser. Enter your password only if no browser can be used."
    )
    const username = yield* askText("TMDB username")
    const password = yield* askHidden("TMDB password")
    if (username === "" || Redacted.value(password) === "") {
      return yield* new UsageError({ message: "Both a username and a password are needed." })
    }
    const { requestToken } = yield* Authentication.createRequestToken()
    const approved = yield* Authentication.validateWithLogin({ username, password, requestToken })
    return yield* Authentication.createSession(approved.requestToken)
  }
)

/** Ends a session that was not stored, since nobody could use or end it later. */
const endUnkept = (session: SignIn.SignedIn): Effect.Effect<void, never, TmdbClient.TmdbClient | Terminal> =>
  Effect.flatMap(Effect.either(SignIn.signOut(session)), (ended) =>
    warn(
      Either.isRight(ended)
        ? "The session was not stored, so it was ended at TMDB."
        : `The session was not stored, and it could not be ended at TMDB: ${livesOn(ended.left)}`
    )
  )

/** Ends a session that the new one replaced, perhaps that of a faster sign-in at the same time: nobody could find it again. */
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
      ? note("The previous session was ended at TMDB.")
      : warn(`The previous session could not be ended at TMDB: ${livesOn(ended.left)}`)
  })

/** Commands search the file first, so a record that is left there hides the new one. */
const sayLeft = (place: Place, profile: string): Effect.Effect<void, never, Terminal> =>
  warn(
    `The previous session of profile ${profile} could not be removed from the ${place}. ` +
      (place === "file"
        ? `Commands find it first, so run: tmdb-session logout --profile ${profile}. The new session stays.`
        : `Commands use the new session. To remove both, run this twice: tmdb-session logout --profile ${profile}`)
  )

const sayPlace = (
  { noKeyring, place }: Keeping,
  profile: string
): Effect.Effect<void, Failure, Sessions | Terminal> =>
  Effect.gen(function* () {
    if (place === "keyring") return yield* note(`Stored in the system's keyring, as profile ${profile}.`)
    const { filePath } = yield* sessions
    const where = `in ${filePath}, which only you can read, as profile ${profile}.`
    yield* noKeyring === undefined
      ? note(`Stored ${where}`)
      : warn(`The system's keyring cannot be used: stored ${where}`)
  })

/** The first profile that signs in becomes the current one. To use another one, a person runs `switch`. */
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

/** Stores the session, or ends it if that fails. Only the request for the account, and the wait for another command, can be interrupted. */
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

/** A v4 sign-in can fail after its access token was granted. The token is then deleted. */
const endGranted = (failure: Failure): Effect.Effect<void, never, TmdbClient.TmdbClient | Terminal> => {
  if (!("granted" in failure) || failure.granted === undefined) return Effect.void
  return Effect.flatMap(
    Effect.either(Authentication.deleteAccessToken(failure.granted.accessToken)),
    (ended) =>
      warn(
        Either.isRight(ended)
          ? "The sign-in failed after TMDB granted an access token, so the access token was deleted."
          : `The sign-in failed after TMDB granted an access token, and the access token could not be deleted: ${livesOn(ended.left)}`
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
      yield* warn("TMDB_SESSION_ID is set: commands use it instead of the stored session until you unset it.")
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
