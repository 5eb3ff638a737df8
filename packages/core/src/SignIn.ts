/**
 * The three steps of signing in as one Effect, and in two halves for servers.
 *
 * `signIn` never saves a session: whoever calls it does.
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
 * What a sign-in yields: a session and, from a v4 one, the access token that it
 * was converted from.
 *
 * @since 0.1.0
 * @category models
 */
export interface SignedIn extends Authentication.Session, Partial<Authentication.AccessToken> {}

/**
 * The steps of a sign-in, for an app that shows them.
 *
 * - `TokenIssued`: TMDB gave a request token, good for `lifetime`.
 * - `ApprovalRequested`: the person is asked; `url` holds the request token, so
 *   show it to that person and to nobody else.
 * - `Waiting`: TMDB says that the token is not approved yet. `remaining` is the
 *   time that is left.
 * - `CallbackReceived`: the person's browser came back, or was closed.
 * - `Exchanging`: TMDB is asked for the session.
 * - `SignedIn`: it gave one.
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
  /** 3 for a session; 4 for an access token and the session it converts to. 3 unless given. */
  readonly version?: 3 | 4 | undefined
  /** How long to wait for the person; as long as the request token lives, unless given. */
  readonly timeout?: Duration.DurationInput | undefined
  /** Called with each event. The sign-in waits for it. */
  readonly onEvent?: ((event: SignInEvent) => Effect.Effect<void>) | undefined
}

/**
 * @see {@link complete}
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
 * @see {@link signIn}
 * @since 0.1.0
 * @category errors
 */
export type SignInError = CompleteError

/** The first half of a sign-in, with the times that the second half needs. */
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
 * The first half of a sign-in, for a server: send the person to `approvalUrl`,
 * keep `pending` (encoded by `Approval.Pending`) with their visit, and go on
 * with `complete` when they come back to `redirectTo`.
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
 * The second half of a sign-in, for a server: `callbackUrl` is the URL the
 * person came back to (its path and query are enough), `pending` the record
 * that `begin` made for this same person.
 *
 * Fails with `ApprovalDenied` when they refused, with `ApprovalFailed` when the
 * URL carries another request token than the one issued, and with
 * `ApprovalExpired` when they came back too late.
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
    if (apiUrl !== pending.apiUrl) return yield* foreign("The sign-in began at another API URL")
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

/** Exchanges the approved token. If the last step of a v4 sign-in fails, its error carries the access token. */
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

/** Once version 4 has granted an access token, a refusal is not about the request token. */
const isNotApproved = (error: ExchangeError): boolean => error.granted === undefined && isTokenRefused(error)

/** TMDB may have given the session, and we did not hear of it. */
const isLost = (error: ExchangeError): error is ConnectionFailed | TimedOut =>
  (error._tag === "ConnectionFailed" || error._tag === "TimedOut") && error.delivered === "unknown"

/** Trouble on the way that says nothing about the approval. */
const isPassing = (error: ExchangeError): boolean =>
  error.granted === undefined && (isTransient(error) || error._tag === "TimedOut")

/**
 * The first wait between two polls, in milliseconds, and how it grows: a person
 * takes seconds, then minutes.
 */
const firstInterval = 2_000
const longestInterval = 10_000
const nextInterval = (interval: number): number => Math.min(interval * 1.25, longestInterval)

/**
 * TMDB may count an approval only some time after the callback, or after the
 * page was closed. So often it is polled then, so many milliseconds apart.
 */
const trailing = { questions: 3, interval: 1_000 }

/**
 * Signs a person in: prepares the approval, asks TMDB for a request token, the
 * person for their approval, and TMDB for the session.
 *
 * One loop asks TMDB, so that there is never more than one request for a
 * session under way: a callback only wakes it. It stops when the request token
 * expires by TMDB's clock, or after `timeout`. Trouble on the way does not end
 * it; but when a reply was lost and TMDB gives no session from then on, the
 * error is that loss.
 *
 * Fails with `ApprovalDenied` when the person is known to have refused, or
 * closed the page and TMDB knows of no approval, with
 * `ApprovalExpired` when they did not approve in time (a refusal that no
 * callback reports ends there too), with `ApprovalFailed` when they could not
 * be asked.
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
  /** When the token came, in milliseconds on this machine's clock. */
  readonly received: number
  /** How long the person is waited for, in milliseconds. */
  readonly patience: number
  readonly emit: (event: SignInEvent) => Effect.Effect<void>
}

/** The one loop. A callback ends the wait between two polls, and interrupts nothing else. */
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
        // Nothing will wake this wait any more, and nothing was approved yet.
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
 * When a token expires, in milliseconds on this machine's clock. That clock may
 * be wrong, and may be set while a person decides. So the date of each answer
 * corrects it, as long as the dates go forward.
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
 * Ends what a sign-in gave: the session and, from a v4 one, the access token.
 * What TMDB no longer knows has ended already.
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
    // The session comes first. The token is tried even if that failed.
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
