/**
 * TMDB's authentication, as one Effect for each operation.
 *
 * Operations take tokens, session ids and passwords as text or `Redacted`, and
 * return them as `Redacted`.
 *
 * Source: {@link https://developer.themoviedb.org/docs/authentication-user}
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Endpoint from "./Endpoint.js"
import { type SecretInput, secret } from "./internal/secret.js"
import { encodeComponent } from "./internal/url.js"
import { call, TmdbClient } from "./TmdbClient.js"
import {
  type AccountDisabled,
  type CommonError,
  type EmailNotVerified,
  type InvalidAccessToken,
  InvalidConfiguration,
  type InvalidLogin,
  type InvalidRequestToken,
  type InvalidSession,
  type SessionDenied
} from "./TmdbError.js"

/**
 * A request token. A person approves it, then it is exchanged once.
 *
 * @since 0.1.0
 * @category models
 */
export interface RequestToken {
  readonly requestToken: Redacted.Redacted<string>
  /** When it expires, by TMDB's clock. */
  readonly expiresAt: DateTime.Utc
  /** How long it lives from when it was received. Right even where this machine's clock is wrong. */
  readonly lifetime: Duration.Duration
}

/**
 * A person's session.
 *
 * @since 0.1.0
 * @category models
 */
export interface Session {
  readonly sessionId: Redacted.Redacted<string>
}

/**
 * A session for someone without an account.
 *
 * @since 0.1.0
 * @category models
 */
export interface GuestSession {
  readonly guestSessionId: Redacted.Redacted<string>
  /** When it expires, by TMDB's clock. */
  readonly expiresAt: DateTime.Utc
}

/**
 * A person's v4 access token, and the account it belongs to.
 *
 * @since 0.1.0
 * @category models
 */
export interface AccessToken {
  readonly accessToken: Redacted.Redacted<string>
  /** The v4 account id, 24 hexadecimal characters. */
  readonly accountId: string
}

/**
 * What {@link validateKey} can fail with.
 *
 * @since 0.1.0
 * @category errors
 */
export type ValidateKeyError = CommonError

/**
 * What {@link createRequestToken} and {@link createRequestTokenV4} can fail with.
 *
 * @since 0.1.0
 * @category errors
 */
export type CreateRequestTokenError = CommonError

/**
 * What {@link validateWithLogin} can fail with.
 *
 * @since 0.1.0
 * @category errors
 */
export type ValidateWithLoginError =
  | CommonError
  | InvalidLogin
  | AccountDisabled
  | EmailNotVerified
  | InvalidRequestToken

/**
 * What {@link createSession} can fail with.
 *
 * @since 0.1.0
 * @category errors
 */
export type CreateSessionError = CommonError | SessionDenied

/**
 * What {@link createSessionFromAccessToken} can fail with.
 *
 * @since 0.1.0
 * @category errors
 */
export type CreateSessionFromAccessTokenError = CommonError | InvalidAccessToken

/**
 * What {@link deleteSession} can fail with.
 *
 * @since 0.1.0
 * @category errors
 */
export type DeleteSessionError = CommonError | InvalidSession

/**
 * What {@link createGuestSession} can fail with.
 *
 * @since 0.1.0
 * @category errors
 */
export type CreateGuestSessionError = CommonError

/**
 * What {@link createAccessToken} can fail with.
 *
 * @since 0.1.0
 * @category errors
 */
export type CreateAccessTokenError = CommonError | SessionDenied | InvalidRequestToken

/**
 * What {@link deleteAccessToken} can fail with.
 *
 * @since 0.1.0
 * @category errors
 */
export type DeleteAccessTokenError = CommonError | InvalidAccessToken

/** How long TMDB keeps an unused request token, for when its answer does not tell. */
const lifetime = Duration.minutes(60)
const lifetimeV4 = Duration.minutes(15)

const toRequestToken = ({
  date,
  value
}: Endpoint.Answer<{
  readonly expires_at: DateTime.Utc
  readonly request_token: Redacted.Redacted<string>
}>): RequestToken => {
  const left = date === undefined ? undefined : value.expires_at.epochMillis - date.getTime()
  return {
    requestToken: value.request_token,
    expiresAt: value.expires_at,
    // Zero or less would mean that TMDB contradicts itself. Its documented hour is the better guess.
    lifetime: left !== undefined && left > 0 ? Duration.millis(left) : lifetime
  }
}

const toSession = ({
  value
}: Endpoint.Answer<{ readonly session_id: Redacted.Redacted<string> }>): Session => ({
  sessionId: value.session_id
})

/**
 * Tests the app's credential. Succeeds when TMDB accepts it.
 *
 * Fails with `InvalidCredentials` or `SuspendedCredentials` when TMDB does not.
 *
 * Source: {@link https://developer.themoviedb.org/reference/authentication-validate-key}
 *
 * @example
 * import { Authentication } from "@tmdb-session/core"
 * import { Effect } from "effect"
 *
 * const accepted = Authentication.validateKey().pipe(
 *   Effect.as(true),
 *   Effect.catchTag("InvalidCredentials", () => Effect.succeed(false))
 * )
 *
 * @since 0.1.0
 * @category operations
 */
export const validateKey = (): Effect.Effect<void, ValidateKeyError, TmdbClient> =>
  Effect.asVoid(call(Endpoint.validateKey, {}))

/**
 * Step 1 of signing in: asks for a request token, which lives for 60 minutes.
 * It is never cached and never shared between callers.
 *
 * Source: {@link https://developer.themoviedb.org/reference/authentication-create-request-token}
 *
 * @example
 * import { Authentication } from "@tmdb-session/core"
 * import { Effect } from "effect"
 *
 * const url = Effect.flatMap(Authentication.createRequestToken(), ({ requestToken }) =>
 *   Authentication.approvalUrl(requestToken)
 * )
 *
 * @since 0.1.0
 * @category operations
 */
export const createRequestToken = (): Effect.Effect<RequestToken, CreateRequestTokenError, TmdbClient> =>
  Effect.map(call(Endpoint.createRequestToken, {}), toRequestToken)

/**
 * Approves a request token with a person's username and password, where no browser
 * can be shown. TMDB recommends the browser.
 *
 * Fails with `InvalidLogin`, `AccountDisabled`, `EmailNotVerified` or
 * `InvalidRequestToken`.
 *
 * Source: {@link https://developer.themoviedb.org/reference/authentication-create-session-from-login}
 *
 * @example
 * import { Authentication } from "@tmdb-session/core"
 * import { Effect, type Redacted } from "effect"
 *
 * const signIn = (username: string, password: Redacted.Redacted<string>) =>
 *   Authentication.createRequestToken().pipe(
 *     Effect.flatMap(({ requestToken }) =>
 *       Authentication.validateWithLogin({ username, password, requestToken })
 *     ),
 *     Effect.flatMap(({ requestToken }) => Authentication.createSession(requestToken))
 *   )
 *
 * @since 0.1.0
 * @category operations
 */
export const validateWithLogin = (login: {
  readonly username: string
  readonly password: SecretInput
  readonly requestToken: SecretInput
}): Effect.Effect<RequestToken, ValidateWithLoginError, TmdbClient> =>
  Effect.map(
    call(Endpoint.validateWithLogin, {
      username: login.username,
      password: secret(login.password),
      request_token: secret(login.requestToken)
    }),
    toRequestToken
  )

/**
 * Step 3 of signing in: exchanges a request token that the person has approved
 * for a session. TMDB consumes the token, so the request is retried only when
 * TMDB cannot have acted on it.
 *
 * Fails with `SessionDenied` when the token is not approved yet, or it was denied,
 * was used, has expired or is unknown. `ConnectionFailed` and `TimedOut` with
 * `delivered: "unknown"` mean that the reply was lost: the session may exist.
 *
 * Source: {@link https://developer.themoviedb.org/reference/authentication-create-session}
 *
 * @example
 * import { createSession } from "@tmdb-session/core"
 * import { Effect } from "effect"
 *
 * const sessionId = createSession("0609d2cbb31c2329a39455d843492a57f088cfd8").pipe(
 *   Effect.map((session) => session.sessionId),
 *   Effect.catchTag("SessionDenied", () => Effect.succeed(undefined))
 * )
 *
 * @since 0.1.0
 * @category operations
 */
export const createSession = (
  requestToken: SecretInput
): Effect.Effect<Session, CreateSessionError, TmdbClient> =>
  Effect.map(call(Endpoint.createSession, { request_token: secret(requestToken) }), toSession)

/**
 * Converts a person's v4 access token to a v3 session.
 *
 * Fails with `InvalidAccessToken` when the token is not a person's, or has
 * ended.
 *
 * Source: {@link https://developer.themoviedb.org/reference/authentication-create-session-from-v4-token}
 *
 * @example
 * import { Authentication } from "@tmdb-session/core"
 * import { Effect } from "effect"
 *
 * const both = (requestToken: string) =>
 *   Effect.flatMap(Authentication.createAccessToken(requestToken), ({ accessToken }) =>
 *     Authentication.createSessionFromAccessToken(accessToken)
 *   )
 *
 * @since 0.1.0
 * @category operations
 */
export const createSessionFromAccessToken = (
  accessToken: SecretInput
): Effect.Effect<Session, CreateSessionFromAccessTokenError, TmdbClient> =>
  Effect.map(call(Endpoint.createSessionFromAccessToken, { access_token: secret(accessToken) }), toSession)

/**
 * Ends a session at TMDB.
 *
 * Fails with `InvalidSession` when TMDB does not know the session: it has ended.
 *
 * Source: {@link https://developer.themoviedb.org/reference/authentication-delete-session}
 *
 * @example
 * import { Authentication } from "@tmdb-session/core"
 * import { Effect } from "effect"
 *
 * const end = (sessionId: string) =>
 *   Authentication.deleteSession(sessionId).pipe(Effect.catchTag("InvalidSession", () => Effect.void))
 *
 * @since 0.1.0
 * @category operations
 */
export const deleteSession = (sessionId: SecretInput): Effect.Effect<void, DeleteSessionError, TmdbClient> =>
  Effect.asVoid(call(Endpoint.deleteSession, { session_id: secret(sessionId) }))

/**
 * Asks for a session for someone without an account. It can only rate. TMDB
 * limits how many one address may have.
 *
 * Source: {@link https://developer.themoviedb.org/reference/authentication-create-guest-session}
 *
 * @example
 * import { Authentication } from "@tmdb-session/core"
 * import { Effect } from "effect"
 *
 * const guest = Effect.map(Authentication.createGuestSession(), (session) => session.guestSessionId)
 *
 * @since 0.1.0
 * @category operations
 */
export const createGuestSession = (): Effect.Effect<GuestSession, CreateGuestSessionError, TmdbClient> =>
  Effect.map(call(Endpoint.createGuestSession, {}), ({ value }) => ({
    guestSessionId: value.guest_session_id,
    expiresAt: value.expires_at
  }))

/**
 * Step 1 of signing in to v4: asks for a request token, which lives for 15
 * minutes. TMDB sends the person to `redirectTo` once they have approved.
 *
 * Needs the API read access token. With a v3 API key it fails with
 * `InvalidConfiguration`, before any request.
 *
 * Source: {@link https://developer.themoviedb.org/v4/reference/auth-create-request-token}
 *
 * @example
 * import { Authentication } from "@tmdb-session/core"
 *
 * const token = Authentication.createRequestTokenV4({ redirectTo: "https://app.example/signed-in" })
 *
 * @since 0.1.0
 * @category operations
 */
export const createRequestTokenV4 = (
  options: { readonly redirectTo?: string | undefined } = {}
): Effect.Effect<RequestToken, CreateRequestTokenError, TmdbClient> =>
  Effect.gen(function* () {
    const input = { redirect_to: options.redirectTo }
    const { date, value } = yield* call(Endpoint.createRequestTokenV4, input)
    const received = date?.getTime() ?? (yield* Clock.currentTimeMillis)
    return {
      requestToken: value.request_token,
      expiresAt: DateTime.unsafeMake(received + Duration.toMillis(lifetimeV4)),
      lifetime: lifetimeV4
    }
  })

/**
 * Step 3 of signing in to v4: exchanges a request token that the person has
 * approved for their access token. TMDB consumes the request token, so the
 * request is retried only when TMDB cannot have acted on it.
 *
 * Fails with `SessionDenied` when the token is not approved, and with
 * `InvalidRequestToken` when it has expired or is unknown.
 *
 * Source: {@link https://developer.themoviedb.org/v4/reference/auth-create-access-token}
 *
 * @example
 * import { Authentication } from "@tmdb-session/core"
 * import { Effect } from "effect"
 *
 * const account = (requestToken: string) =>
 *   Effect.map(Authentication.createAccessToken(requestToken), (granted) => granted.accountId)
 *
 * @since 0.1.0
 * @category operations
 */
export const createAccessToken = (
  requestToken: SecretInput
): Effect.Effect<AccessToken, CreateAccessTokenError, TmdbClient> =>
  Effect.map(call(Endpoint.createAccessToken, { request_token: secret(requestToken) }), ({ value }) => ({
    accessToken: value.access_token,
    accountId: value.account_id
  }))

/**
 * Ends a person's access token at TMDB.
 *
 * Fails with `InvalidAccessToken` when TMDB does not know it.
 *
 * Source: {@link https://developer.themoviedb.org/v4/reference/auth-logout}
 *
 * @example
 * import { Authentication } from "@tmdb-session/core"
 *
 * const end = (accessToken: string) => Authentication.deleteAccessToken(accessToken)
 *
 * @since 0.1.0
 * @category operations
 */
export const deleteAccessToken = (
  accessToken: SecretInput
): Effect.Effect<void, DeleteAccessTokenError, TmdbClient> =>
  Effect.asVoid(call(Endpoint.deleteAccessToken, { access_token: secret(accessToken) }))

/** The schemes of URLs that a browser would run rather than visit. */
const runs = /^(javascript|data|vbscript|blob):/

/** `URL` reads the scheme as a browser does, so spaces and line breaks cannot hide it. */
const leads = (url: string): boolean => URL.canParse(url) && !runs.test(new URL(url).protocol)

const isV4 = (requestToken: string): boolean => requestToken.includes(".")

/**
 * The URL where the person approves a request token, of v3 or of v4. It holds
 * the token: show it to that person, and to nobody else.
 *
 * `redirectTo` is where TMDB sends them afterwards: a page, or an app's own
 * scheme. It is ignored for a v4 token, which got it from `createRequestTokenV4`.
 *
 * Fails with `InvalidConfiguration` when `redirectTo` is not a URL that a browser
 * can go to.
 *
 * Source: {@link https://developer.themoviedb.org/reference/authentication-how-do-i-generate-a-session-id}
 *
 * @example
 * import { Authentication } from "@tmdb-session/core"
 *
 * const url = Authentication.approvalUrl("0609d2cbb31c2329a39455d843492a57f088cfd8", {
 *   redirectTo: "https://app.example/signed-in"
 * })
 *
 * @since 0.1.0
 * @category operations
 */
export const approvalUrl = (
  requestToken: SecretInput,
  options: { readonly redirectTo?: string | undefined } = {}
): Effect.Effect<string, InvalidConfiguration, TmdbClient> =>
  Effect.gen(function* () {
    const { webUrl } = yield* TmdbClient
    const token = encodeComponent(Redacted.value(secret(requestToken)))
    if (isV4(token)) return `${webUrl}/auth/access?request_token=${token}`
    const { redirectTo } = options
    if (redirectTo === undefined) return `${webUrl}/authenticate/${token}`
    if (!leads(redirectTo))
      return yield* new InvalidConfiguration({
        operation: "approvalUrl",
        what: "redirectTo is not a URL that a browser can go to",
        next: "Give an absolute URL, such as https://app.example/signed-in"
      })
    return `${webUrl}/authenticate/${token}?redirect_to=${encodeComponent(redirectTo)}`
  })
