/**
 * The same operations as promises, for people who do not use Effect. They take
 * and return plain strings, reject with the typed errors themselves, and accept
 * an `AbortSignal`. An adapter makes its client with `make`.
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Account from "./Account.js"
import * as Approval from "./Approval.js"
import * as Authentication from "./Authentication.js"
import * as SignIn from "./SignIn.js"
import type { TmdbClient } from "./TmdbClient.js"
import { ApprovalFailed, type InvalidConfiguration } from "./TmdbError.js"

/**
 * What each call takes besides its own parameters.
 *
 * @since 0.1.0
 * @category models
 */
export interface CallOptions {
  /** Aborts the call, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/**
 * A request token, in plain text.
 *
 * @since 0.1.0
 * @category models
 */
export interface PlainRequestToken {
  readonly requestToken: string
  readonly expiresAt: Date
  /** The URL where the person approves it. It holds the token: show it to them, and to nobody else. */
  readonly approvalUrl: string
}

/**
 * What a sign-in returns, in plain text.
 *
 * @since 0.1.0
 * @category models
 */
export interface PlainSignedIn {
  readonly sessionId: string
  /** From a v4 sign-in. */
  readonly accessToken?: string
  /** From a v4 sign-in. */
  readonly accountId?: string
}

/**
 * A sign-in that waits for its approval, as plain JSON. It holds the request
 * token: keep it where only this person's browser can bring it back.
 *
 * @since 0.1.0
 * @category models
 */
export type PlainPending = typeof Approval.Pending.Encoded

/**
 * How the person is asked: an adapter's approval, or a function that shows them
 * the URL.
 *
 * @since 0.1.0
 * @category models
 */
export type Ask = Layer.Layer<Approval.Approval, ApprovalFailed> | ((url: string) => void | PromiseLike<void>)

/**
 * How to sign in.
 *
 * @since 0.1.0
 * @category models
 */
export interface SignInOptions extends CallOptions {
  readonly version?: 3 | 4 | undefined
  /** How the person is asked. The adapter's own way by default. */
  readonly approval?: Ask | undefined
  /** How long to wait for the person. As long as the request token lives, by default. */
  readonly timeout?: Duration.DurationInput | undefined
  /** Called with each event. If it throws, the call rejects with what it threw. */
  readonly onEvent?: ((event: SignIn.SignInEvent) => void) | undefined
}

/**
 * The operations as promises. Each rejects with what its Effect in
 * `Authentication`, `Account` or `SignIn` fails with.
 *
 * @since 0.1.0
 * @category models
 */
export interface PromiseClient {
  readonly validateKey: (options?: CallOptions) => Promise<void>
  readonly createRequestToken: (options?: CallOptions) => Promise<PlainRequestToken>
  readonly validateWithLogin: (
    login: { readonly username: string; readonly password: string; readonly requestToken: string },
    options?: CallOptions
  ) => Promise<PlainRequestToken>
  readonly createSession: (
    requestToken: string,
    options?: CallOptions
  ) => Promise<{ readonly sessionId: string }>
  readonly createSessionFromAccessToken: (
    accessToken: string,
    options?: CallOptions
  ) => Promise<{ readonly sessionId: string }>
  readonly deleteSession: (sessionId: string, options?: CallOptions) => Promise<void>
  readonly createGuestSession: (
    options?: CallOptions
  ) => Promise<{ readonly guestSessionId: string; readonly expiresAt: Date }>
  readonly createRequestTokenV4: (
    options?: CallOptions & { readonly redirectTo?: string | undefined }
  ) => Promise<PlainRequestToken>
  readonly createAccessToken: (
    requestToken: string,
    options?: CallOptions
  ) => Promise<{ readonly accessToken: string; readonly accountId: string }>
  readonly deleteAccessToken: (accessToken: string, options?: CallOptions) => Promise<void>
  readonly accountDetails: (sessionId: string, options?: CallOptions) => Promise<Account.Account>
  readonly approvalUrl: (
    requestToken: string,
    options?: CallOptions & { readonly redirectTo?: string | undefined }
  ) => Promise<string>
  readonly signIn: (options?: SignInOptions) => Promise<PlainSignedIn>
  readonly beginSignIn: (
    options: CallOptions & { readonly redirectTo: string; readonly version?: 3 | 4 | undefined }
  ) => Promise<{ readonly approvalUrl: string; readonly pending: PlainPending }>
  readonly completeSignIn: (
    callbackUrl: string,
    pending: PlainPending,
    options?: CallOptions
  ) => Promise<PlainSignedIn>
  readonly signOut: (session: PlainSignedIn, options?: CallOptions) => Promise<void>
  /** Closes what the adapter keeps open. No operation can be called afterwards. */
  readonly close: () => Promise<void>
}

/** Throws the typed error itself, the signal's reason or the defect, never Effect's wrapper. */
const unwrap = <A, E>(exit: Exit.Exit<A, E>, signal: AbortSignal | undefined): A => {
  if (Exit.isSuccess(exit)) return exit.value
  const failure = Cause.failureOption(exit.cause)
  if (Option.isSome(failure)) throw failure.value
  if (signal?.aborted === true && Cause.isInterruptedOnly(exit.cause)) throw signal.reason
  throw Cause.squash(exit.cause)
}

const plainToken = (
  token: Authentication.RequestToken
): Effect.Effect<PlainRequestToken, InvalidConfiguration, TmdbClient> =>
  Effect.map(Authentication.approvalUrl(token.requestToken), (approvalUrl) => ({
    requestToken: Redacted.value(token.requestToken),
    expiresAt: DateTime.toDateUtc(token.expiresAt),
    approvalUrl
  }))

const plainSession = ({ sessionId }: Authentication.Session) => ({ sessionId: Redacted.value(sessionId) })

const plainAccessToken = ({ accessToken, accountId }: Authentication.AccessToken) => ({
  accessToken: Redacted.value(accessToken),
  accountId
})

/**
 * Converts what a sign-in returns to plain text, for an adapter's own operations.
 *
 * @example
 * import { SignIn, PromiseClient } from "@tmdb-session/core"
 * import { Effect } from "effect"
 *
 * const signIn = Effect.map(SignIn.signIn(), PromiseClient.plainSignedIn)
 *
 * @example
 * import { type SignIn, PromiseClient } from "@tmdb-session/core"
 *
 * const forJson = (signedIn: SignIn.SignedIn) => JSON.stringify(PromiseClient.plainSignedIn(signedIn))
 *
 * @since 0.1.0
 * @category conversions
 */
export const plainSignedIn = ({ accessToken, accountId, sessionId }: SignIn.SignedIn): PlainSignedIn => ({
  sessionId: Redacted.value(sessionId),
  ...(accessToken === undefined ? {} : { accessToken: Redacted.value(accessToken) }),
  ...(accountId === undefined ? {} : { accountId })
})

const redactedSignedIn = ({ accessToken, accountId, sessionId }: PlainSignedIn): SignIn.SignedIn => ({
  sessionId: Redacted.make(sessionId),
  ...(accessToken === undefined ? {} : { accessToken: Redacted.make(accessToken) }),
  ...(accountId === undefined ? {} : { accountId })
})

/** The app kept the record, so it may be anything. The schema's own error would print it. */
const decodePending = (pending: unknown) =>
  Effect.mapError(
    Schema.decodeUnknown(Approval.Pending)(pending),
    () =>
      new ApprovalFailed({
        operation: "signIn",
        what: "The pending record was not made by beginSignIn",
        next: "Start signing in again"
      })
  )

const approvalLayer = (ask: Ask): Layer.Layer<Approval.Approval, ApprovalFailed> =>
  typeof ask === "function" ? Approval.layerShow((url) => Effect.promise(async () => ask(url))) : ask

/**
 * Runs an Effect as the methods here do, for operations that an adapter adds.
 *
 * @since 0.1.0
 * @category models
 */
export type Run = <A, E>(
  effect: Effect.Effect<A, E, TmdbClient>,
  options: CallOptions | undefined
) => Promise<A>

/**
 * Makes the operations from an adapter's client and its way to ask the person.
 * The client is created by the first call. `more` makes operations that only this
 * adapter has.
 *
 * @example
 * import { TmdbClient, PromiseClient } from "@tmdb-session/core"
 * import { FetchHttpClient } from "@effect/platform"
 * import { Layer } from "effect"
 *
 * const tmdb = PromiseClient.make(
 *   TmdbClient.layer({ accessToken: "eyJ.eyJ.sig" }).pipe(Layer.provide(FetchHttpClient.layer)),
 *   (url) => console.log(`Approve at ${url}`)
 * )
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = <More extends object = object>(
  client: Layer.Layer<TmdbClient, InvalidConfiguration>,
  approval: Ask,
  more?: (run: Run) => More
): PromiseClient & More => {
  const runtime = ManagedRuntime.make(client)
  const run: Run = async (effect, options) => {
    const signal = options?.signal
    signal?.throwIfAborted()
    return unwrap(await runtime.runPromiseExit(effect, signal === undefined ? {} : { signal }), signal)
  }
  const operations: PromiseClient = {
    validateKey: (options) => run(Authentication.validateKey(), options),
    createRequestToken: (options) =>
      run(Effect.flatMap(Authentication.createRequestToken(), plainToken), options),
    validateWithLogin: (login, options) =>
      run(Effect.flatMap(Authentication.validateWithLogin(login), plainToken), options),
    createSession: (requestToken, options) =>
      run(Effect.map(Authentication.createSession(requestToken), plainSession), options),
    createSessionFromAccessToken: (accessToken, options) =>
      run(Effect.map(Authentication.createSessionFromAccessToken(accessToken), plainSession), options),
    deleteSession: (sessionId, options) => run(Authentication.deleteSession(sessionId), options),
    createGuestSession: (options) =>
      run(
        Effect.map(Authentication.createGuestSession(), ({ expiresAt, guestSessionId }) => ({
          guestSessionId: Redacted.value(guestSessionId),
          expiresAt: DateTime.toDateUtc(expiresAt)
        })),
        options
      ),
    createRequestTokenV4: (options) =>
      run(Effect.flatMap(Authentication.createRequestTokenV4(options), plainToken), options),
    createAccessToken: (requestToken, options) =>
      run(Effect.map(Authentication.createAccessToken(requestToken), plainAccessToken), options),
    deleteAccessToken: (accessToken, options) => run(Authentication.deleteAccessToken(accessToken), options),
    accountDetails: (sessionId, options) => run(Account.details(sessionId), options),
    approvalUrl: (requestToken, options) => run(Authentication.approvalUrl(requestToken, options), options),
    signIn: (options = {}) => {
      const { approval: ask = approval, onEvent, timeout, version } = options
      const signIn = SignIn.signIn({
        version,
        timeout,
        onEvent: onEvent && ((event) => Effect.sync(() => onEvent(event)))
      })
      return run(Effect.map(Effect.provide(signIn, approvalLayer(ask)), plainSignedIn), options)
    },
    beginSignIn: (options) =>
      run(
        Effect.map(SignIn.begin(options), ({ approvalUrl, pending }) => ({
          approvalUrl,
          pending: Schema.encodeSync(Approval.Pending)(pending)
        })),
        options
      ),
    completeSignIn: (callbackUrl, pending, options) =>
      run(
        decodePending(pending).pipe(
          Effect.flatMap((decoded) => SignIn.complete(callbackUrl, decoded)),
          Effect.map(plainSignedIn)
        ),
        options
      ),
    signOut: (session, options) => run(SignIn.signOut(redactedSignedIn(session)), options),
    close: () => runtime.dispose()
  }
  // Without `more`, the type `More` is `object`, which adds nothing.
  return { ...operations, ...(more?.(run) as More) }
}
