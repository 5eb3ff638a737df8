/**
 * The three steps of signing in, as one Effect or in two halves for servers.
 *
 * `signIn` does not save the session. Its caller does.
 *
 * Source: {@link https://developer.themoviedb.org/reference/authentication-how-do-i-generate-a-session-id}
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import { Approval, type Outcome, type Pending } from "./Approval.js"
import * as Authentication from "./Authentication.js"
import * as Callback from "./Callback.js"
import { milliseconds } from "./internal/duration.js"
import { askedToWait, isTransient } from "./internal/retry.js"
import { TmdbClient } from "./TmdbClient.js"
import {
  ApprovalDenied,
  ApprovalExpired,
  ApprovalFailed,
  type CommonError,
  type ConnectionFailed,
  type InvalidAccessToken,
  type InvalidRequestToken,
  isTokenRefused,
  type SessionDenied,
  type TimedOut,
  withGranted
} from "./TmdbError.js"

/**
 * What a sign-in returns: a session and, from a v4 sign-in, the access token that
 * the session was converted from.
 *
 * @since 0.1.0
 * @category models
 */
export interface SignedIn extends Authentication.Session, Partial<Authentication.AccessToken> {}

/**
 * What happens during a sign-in, for an app that shows it.
 *
 * - `TokenIssued`: TMDB issued a request token, which lives for `lifetime`.
 * - `ApprovalRequested`: the person is asked at `url`. It holds the request token:
 *   show it to that person, and to nobody else.
 * - `Waiting`: TMDB gave no session, since the token is not approved yet or the
 *   request failed. `remaining` is the time left.
 * - `CallbackReceived`: the person's browser came back, or they closed the page.
 * - `Exchanging`: TMDB is asked for the session.
 * - `SignedIn`: TMDB gave the session.
 *
 * @since 0.1.0
 * @category models
 */
export type SignInEvent =
  | { readonly _tag: "TokenIssued"; readonly lifetime: Duration.Duration }
  | { readonly _tag: "ApprovalRequested"; readonly url: string }
  | { readonly _tag: "Waiting"; readonly remaining: Duration.Duration }
  | { readonly _tag: "CallbackReceived"; readonly outcome: Exclude<Outcome, "unknown"> }
  | { readonly _tag: "Exchanging" }
  | { readonly _tag: "SignedIn" }

/**
 * How to sign in.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** 3, the default, for a session. 4 for an access token and the session it converts to. */
  readonly version?: 3 | 4 | undefined
  /** How long to wait for the person. As long as the request token lives, by default. */
  readonly timeout?: Duration.DurationInput | undefined
  /** Runs at each event. The sign-in waits until it has ended. */
  readonly onEvent?: ((event: SignInEvent) => Effect.Effect<void>) | undefined
}

/**
 * What {@link complete} can fail with.
 *
 * @since 0.1.0
 * @category errors
 */
export type CompleteError =
  | CommonError
  | SessionDenied
  | InvalidRequestToken
  | InvalidAccessToken
  | ApprovalDenied
  | ApprovalExpired
  | ApprovalFailed

/**
 * What {@link signIn} can fail with.
 *
 * @since 0.1.0
 * @category errors
 */
export type SignInError = CompleteError

/** The first half of a sign-in, and the token, by whose times `signIn` waits. */
interface Begun {
  readonly approvalUrl: string
  readonly pending: Pending
  readonly token: Authentication.RequestToken
}

const start = (version: 3 | 4, redirectTo: string | undefined) =>
  Effect.gen(function* () {
    const { apiUrl } = yield* TmdbClient
    const token =
      version === 3
        ? yield* Authentication.createRequestToken()
        : yield* Authentication.createRequestTokenV4({ redirectTo })
    const approvalUrl = yield* Authentication.approvalUrl(token.requestToken, { redirectTo })
    const expiresAt = (yield* Clock.currentTimeMillis) + Duration.toMillis(token.lifetime)
    const pending: Pending = { version, requestToken: token.requestToken, expiresAt, apiUrl }
    return { approvalUrl, pending, token } satisfies Begun
  })

/**
 * The first half of a sign-in, for a server. Send the person to `approvalUrl`, and
 * keep `pending` (encoded by `Approval.Pending`) in their web session. Call
 * `complete` when they come back to `redirectTo`.
 *
 * @example
 * import { SignIn } from "@tmdb-session/core"
 *
 * const begun = SignIn.begin({ redirectTo: "https://app.example/signed-in" })
 *
 * @since 0.1.0
 * @category operations
 */
export const begin = (options: {
  readonly redirectTo: string
  readonly version?: 3 | 4 | undefined
}): Effect.Effect<{ readonly approvalUrl: string; readonly pending: Pending }, CommonError, TmdbClient> =>
  Effect.map(start(options.version ?? 3, options.redirectTo), ({ approvalUrl, pending }) => ({
    approvalUrl,
    pending
  }))

const foreign = (what: string) =>
  new ApprovalFailed({ operation: "signIn", what, next: "Start signing in again" })

const readCallback = (callbackUrl: string, pending: Pending): Either.Either<Outcome, ApprovalFailed> => {
  const base = "http://localhost"
  if (!URL.canParse(callbackUrl, base)) return Either.left(foreign("The callback is not a URL"))
  const { searchParams } = new URL(callbackUrl, base)
  return Callback.isFor(searchParams, Redacted.value(pending.requestToken))
    ? Either.right(Callback.outcome(searchParams))
    : Either.left(foreign("The callback belongs to another sign-in"))
}

/**
 * The second half of a sign-in, for a server. `callbackUrl` is the URL that the
 * person came back to; its path and query are enough. `pending` is the record
 * that `begin` made for the same person.
 *
 * Fails with `ApprovalDenied` when they denied, and with `ApprovalExpired` when
 * they came back too late. Fails with `ApprovalFailed` when the URL cannot be read
 * or carries another request token, or when the sign-in began with another API URL.
 *
 * @example
 * import { type Approval, SignIn } from "@tmdb-session/core"
 *
 * const finish = (url: string, pending: Approval.Pending) => SignIn.complete(url, pending)
 *
 * @since 0.1.0
 * @category operations
 */
export const complete = (
  callbackUrl: string,
  pending: Pending
): Effect.Effect<SignedIn, CompleteError, TmdbClient> =>
  Effect.gen(function* () {
    const { apiUrl } = yield* TmdbClient
    if (apiUrl !== pending.apiUrl) return yield* foreign("The sign-in began with another API URL")
    if ((yield* readCallback(callbackUrl, pending)) === "denied") {
      return yield* new ApprovalDenied({ operation: "signIn" })
    }
    const result = yield* Effect.either(exchange(pending))
    if (Either.isRight(result)) return result.right
    const late = pending.expiresAt <= (yield* Clock.currentTimeMillis)
    return yield* isNotApproved(result.left) && late
      ? new ApprovalExpired({ operation: "signIn" })
      : Effect.fail(result.left)
  })

/** If the last step of a v4 sign-in fails, its error keeps what was granted before. */
const exchange = (
  pending: Pending
): Effect.Effect<
  SignedIn,
  Authentication.CreateSessionError | Authentication.CreateAccessTokenError | InvalidAccessToken,
  TmdbClient
> => {
  if (pending.version === 3) return Authentication.createSession(pending.requestToken)
  return Effect.flatMap(Authentication.createAccessToken(pending.requestToken), (granted) =>
    Authentication.createSessionFromAccessToken(granted.accessToken).pipe(
      Effect.map((session) => ({ ...session, ...granted })),
      Effect.mapError((error) => withGranted(error, granted))
    )
  )
}

type ExchangeError = Effect.Effect.Error<ReturnType<typeof exchange>>

/** Once a v4 sign-in has its access token, a refusal no longer concerns the request token. */
const isNotApproved = (error: ExchangeError): boolean => error.granted === undefined && isTokenRefused(error)

/** TMDB may have made the session, but its reply was lost. */
const isLost = (error: ExchangeError): error is ConnectionFailed | TimedOut =>
  (error._tag === "ConnectionFailed" || error._tag === "TimedOut") && error.delivered === "unknown"

/** A temporary failure, which says nothing about the approval. */
const isPassing = (error: ExchangeError): boolean =>
  error.granted === undefined && (isTransient(error) || error._tag === "TimedOut")

/** How long to wait before TMDB is polled, in milliseconds. The wait grows: a person takes seconds, then minutes. */
const firstInterval = 2_000
const longestInterval = 10_000
const nextInterval = (interval: number): number => Math.min(interval * 1.25, longestInterval)

/** TMDB may learn of an approval a little after the callback, or after the page is closed. The waits grow again from `interval`. */
const trailing = { questions: 3, interval: 1_000 }

/**
 * Signs a person in: asks TMDB for a request token, the person for their approval,
 * and TMDB for the session.
 *
 * One loop polls TMDB, so there is only one request for a session at a time. A
 * callback wakes the loop. It stops when the request token expires by TMDB's clock,
 * or after `timeout`. A temporary failure does not end it. But if a reply is lost
 * and TMDB then gives no session, the sign-in fails with the error of that reply.
 *
 * Fails with `ApprovalDenied` when the person denied, or closed the page and TMDB
 * knows of no approval. Fails with `ApprovalExpired` when they did not approve in
 * time, or denied without a callback. Fails with `ApprovalFailed` when they could
 * not be asked.
 *
 * @example
 * import { Approval, SignIn } from "@tmdb-session/core"
 * import { Console, Effect } from "effect"
 *
 * const program = SignIn.signIn({ timeout: "5 minutes" }).pipe(
 *   Effect.provide(Approval.layerShow((url) => Console.log(`Approve at ${url}`)))
 * )
 *
 * @since 0.1.0
 * @category operations
 */
export const signIn = (options: Options = {}): Effect.Effect<SignedIn, SignInError, TmdbClient | Approval> =>
  Effect.scoped(
    Effect.gen(function* () {
      const emit = options.onEvent ?? (() => Effect.void)
      const patience = yield* milliseconds("time to wait (timeout)", options.timeout ?? Duration.infinity)
      const approval = yield* Approval
      const prepared = yield* approval.prepare
      const begun = yield* start(options.version ?? 3, prepared.redirectTo)
      const received = yield* Clock.currentTimeMillis
      yield* emit({ _tag: "TokenIssued", lifetime: begun.token.lifetime })
      yield* emit({ _tag: "ApprovalRequested", url: begun.approvalUrl })
      const answer = yield* Deferred.make<Outcome, ApprovalFailed>()
      yield* Effect.forkScoped(Effect.intoDeferred(prepared.ask(begun.approvalUrl, begun.pending), answer))
      const session = yield* ask({ begun, answer, received, patience, emit })
      yield* emit({ _tag: "SignedIn" })
      return session
    })
  )

interface Asking {
  readonly begun: Begun
  readonly answer: Deferred.Deferred<Outcome, ApprovalFailed>
  /** When the token was received, in milliseconds on this machine's clock. */
  readonly received: number
  /** How long to wait for the person, in milliseconds. */
  readonly patience: number
  readonly emit: (event: SignInEvent) => Effect.Effect<void>
}

/** The one loop. A callback interrupts the wait, and never a request. */
const ask = ({
  answer,
  begun,
  emit,
  patience,
  received
}: Asking): Effect.Effect<SignedIn, SignInError, TmdbClient> =>
  Effect.gen(function* () {
    const impatient = received + patience
    const expiry = tokenExpiry(begun.token, received)
    let interval = firstInterval
    let asked = 0
    let heard: Outcome | undefined
    let lost: ConnectionFailed | TimedOut | undefined
    let questions = Number.POSITIVE_INFINITY

    while (true) {
      const remaining = Math.min(impatient, expiry.at) - (yield* Clock.currentTimeMillis)
      if (remaining <= 0) return yield* lost ?? new ApprovalExpired({ operation: "signIn" })

      const pause = Effect.sleep(Math.min(Math.max(interval, asked), remaining))
      if (heard === undefined) {
        heard = yield* Effect.raceFirst(Effect.as(pause, undefined), Deferred.await(answer))
        // No callback will wake the loop, and nobody has approved yet.
        if (heard === "unknown") continue
        if (heard !== undefined) yield* emit({ _tag: "CallbackReceived", outcome: heard })
        if (heard === "denied") return yield* new ApprovalDenied({ operation: "signIn" })
        if (heard === "approved" || heard === "closed") {
          questions = trailing.questions
          interval = trailing.interval
        }
      } else {
        yield* pause
      }

      yield* emit({ _tag: "Exchanging" })
      const result = yield* Effect.either(exchange(begun.pending))
      if (Either.isRight(result)) return result.right
      const error = result.left
      if (isLost(error)) lost = error
      if (isNotApproved(error)) {
        questions -= 1
        if (lost !== undefined && heard === "approved") return yield* lost
        if (questions === 0) {
          return yield* lost ?? (heard === "closed" ? new ApprovalDenied({ operation: "signIn" }) : error)
        }
      } else if (!isPassing(error)) {
        return yield* error
      }
      const now = yield* Clock.currentTimeMillis
      expiry.read(error.date, now)
      const left = Math.max(0, Math.min(impatient, expiry.at) - now)
      yield* emit({ _tag: "Waiting", remaining: Duration.millis(left) })
      asked = askedToWait(error) ?? 0
      interval = nextInterval(interval)
    }
  })

/**
 * When a token expires, in milliseconds on this machine's clock. That clock may be
 * wrong, or changed while a person decides, so each answer with a later date corrects
 * the time.
 */
const tokenExpiry = (token: Authentication.RequestToken, received: number) => {
  let latest = Number.NEGATIVE_INFINITY
  const expiry = {
    at: received + Duration.toMillis(token.lifetime),
    read: (date: Date | undefined, now: number): void => {
      if (date === undefined || date.getTime() <= latest) return
      latest = date.getTime()
      expiry.at = now + token.expiresAt.epochMillis - latest
    }
  }
  return expiry
}

/**
 * Ends the session of a sign-in and, from a v4 sign-in, its access token. One that
 * TMDB does not know counts as ended.
 *
 * @example
 * import { SignIn } from "@tmdb-session/core"
 *
 * const end = (session: SignIn.SignedIn) => SignIn.signOut(session)
 *
 * @since 0.1.0
 * @category operations
 */
export const signOut = (session: SignedIn): Effect.Effect<void, CommonError, TmdbClient> =>
  Effect.gen(function* () {
    // Both are tried: the token even if the session could not be ended.
    const first = yield* Effect.either(
      Effect.catchTag(Authentication.deleteSession(session.sessionId), "InvalidSession", () => Effect.void)
    )
    if (session.accessToken !== undefined) {
      yield* Effect.catchTag(
        Authentication.deleteAccessToken(session.accessToken),
        "InvalidAccessToken",
        () => Effect.void
      )
    }
    yield* first
  })
