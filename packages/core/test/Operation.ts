/**
 * The operations as a reader of TMDB's pages would write them down: what is
 * called, what goes out, what comes back, what it can end in. None of it is
 * read from core's own table.
 */
import { DateTime, Effect, Redacted } from "effect"
import { Account, Authentication, type TmdbClient, type TmdbError } from "../src/index.js"
import { requestToken, requestTokenV4, sessionId } from "./Stub.js"

export type Tag = TmdbError.TmdbError["_tag"]

export interface Operation {
  readonly name: string
  /** The call, with harmless values. */
  readonly call: Effect.Effect<unknown, TmdbError.TmdbError, TmdbClient.TmdbClient>
  readonly method: "GET" | "POST" | "DELETE"
  readonly path: string
  /** The path as the table has it, with its parameters' names; as it is called unless given. */
  readonly template: string
  /** The query, the credential aside. */
  readonly query: Readonly<Record<string, string>>
  /** The JSON body; absent on a GET. */
  readonly body?: unknown
  /** An answer that TMDB was seen to give, or documents. */
  readonly answer: unknown
  /** What the call yields then, unwrapped. */
  readonly yields: unknown
  /** The errors beside those that every operation can end in. */
  readonly errors: ReadonlyArray<Tag>
  /** It consumes what it is given. */
  readonly consuming: boolean
  /** Repeated after a lost reply. */
  readonly repeats: boolean
  readonly v4: boolean
}

export const userAccessToken = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1c2VyIn0.dXNlcg"
const guestSessionId = "5509142b1e8c1d3d4a2c9e8f0a1b2c3d"

/**
 * What is `Redacted` is unwrapped, however deep in objects, and times become
 * text, so that one comparison sees all: to `toEqual`, any two `Redacted` are equal.
 */
export const plain = (value: unknown): unknown => {
  if (Redacted.isRedacted(value)) return { redacted: Redacted.value(value) }
  if (DateTime.isDateTime(value)) return DateTime.formatIso(value)
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) {
    return value
  }
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, plain(field)]))
}

const simple = { query: {}, errors: [], consuming: false, repeats: true, v4: false } as const

const operation = <A, E extends TmdbError.TmdbError>(
  call: Effect.Effect<A, E, TmdbClient.TmdbClient>,
  row: Omit<Operation, "call" | "template"> & Partial<Pick<Operation, "template">>
): Operation => ({ template: row.path, ...row, call: Effect.map(call, plain) })

const withoutLifetime = <E>(
  call: Effect.Effect<Authentication.RequestToken, E, TmdbClient.TmdbClient>
): Effect.Effect<Omit<Authentication.RequestToken, "lifetime">, E, TmdbClient.TmdbClient> =>
  Effect.map(call, ({ expiresAt, requestToken }) => ({ expiresAt, requestToken }))

const tokenAnswer = {
  success: true,
  expires_at: "2025-12-24 12:53:34 UTC",
  request_token: requestToken
}
const token = { requestToken: { redacted: requestToken }, expiresAt: "2025-12-24T12:53:34.000Z" }

export const operations: ReadonlyArray<Operation> = [
  operation(Authentication.validateKey(), {
    ...simple,
    name: "validateKey",
    method: "GET",
    path: "/3/authentication",
    answer: { success: true },
    yields: undefined
  }),
  operation(withoutLifetime(Authentication.createRequestToken()), {
    ...simple,
    name: "createRequestToken",
    method: "GET",
    path: "/3/authentication/token/new",
    answer: tokenAnswer,
    yields: token
  }),
  operation(
    withoutLifetime(
      Authentication.validateWithLogin({ username: "ada", password: "correct horse", requestToken })
    ),
    {
      ...simple,
      name: "validateWithLogin",
      method: "POST",
      path: "/3/authentication/token/validate_with_login",
      body: { username: "ada", password: "correct horse", request_token: requestToken },
      answer: tokenAnswer,
      yields: token,
      errors: ["InvalidLogin", "AccountDisabled", "EmailNotVerified", "InvalidRequestToken"]
    }
  ),
  operation(Authentication.createSession(requestToken), {
    ...simple,
    name: "createSession",
    method: "POST",
    path: "/3/authentication/session/new",
    body: { request_token: requestToken },
    answer: { success: true, session_id: sessionId },
    yields: { sessionId: { redacted: sessionId } },
    errors: ["SessionDenied"],
    consuming: true,
    repeats: false
  }),
  operation(Authentication.createSessionFromAccessToken(userAccessToken), {
    ...simple,
    name: "createSessionFromAccessToken",
    method: "POST",
    path: "/3/authentication/session/convert/4",
    body: { access_token: userAccessToken },
    answer: { success: true, session_id: sessionId },
    yields: { sessionId: { redacted: sessionId } },
    errors: ["InvalidAccessToken"]
  }),
  operation(Authentication.deleteSession(sessionId), {
    ...simple,
    name: "deleteSession",
    method: "DELETE",
    path: "/3/authentication/session",
    body: { session_id: sessionId },
    answer: { success: true },
    yields: undefined,
    errors: ["InvalidSession"],
    consuming: true,
    repeats: false
  }),
  operation(Authentication.createGuestSession(), {
    ...simple,
    name: "createGuestSession",
    method: "GET",
    path: "/3/authentication/guest_session/new",
    answer: { success: true, guest_session_id: guestSessionId, expires_at: "2025-12-25 11:53:35 UTC" },
    yields: { guestSessionId: { redacted: guestSessionId }, expiresAt: "2025-12-25T11:53:35.000Z" }
  }),
  operation(Account.details(sessionId), {
    ...simple,
    name: "accountDetails",
    method: "GET",
    path: "/3/account",
    query: { session_id: sessionId },
    answer: {
      avatar: {
        gravatar: { hash: "9ec1afe1e1c6c2b7c1a1d0c0e2f6b6b2" },
        tmdb: { avatar_path: null }
      },
      id: 6089455,
      iso_639_1: "en",
      iso_3166_1: "BE",
      name: "Test Name",
      include_adult: false,
      username: "TMDbTestAccount"
    },
    yields: {
      id: 6089455,
      username: "TMDbTestAccount",
      name: "Test Name",
      includeAdult: false,
      iso6391: "en",
      iso31661: "BE",
      gravatarHash: "9ec1afe1e1c6c2b7c1a1d0c0e2f6b6b2",
      avatarPath: undefined
    },
    errors: ["InvalidSession"]
  }),
  operation(
    Effect.map(
      Authentication.createRequestTokenV4({ redirectTo: "https://app.example/signed-in" }),
      ({ requestToken }) => ({ requestToken })
    ),
    {
      ...simple,
      name: "createRequestTokenV4",
      method: "POST",
      path: "/4/auth/request_token",
      body: { redirect_to: "https://app.example/signed-in" },
      answer: {
        status_message: "Success.",
        request_token: requestTokenV4,
        success: true,
        status_code: 1
      },
      yields: { requestToken: { redacted: requestTokenV4 } },
      v4: true
    }
  ),
  operation(Authentication.createAccessToken(requestTokenV4), {
    ...simple,
    name: "createAccessToken",
    method: "POST",
    path: "/4/auth/access_token",
    body: { request_token: requestTokenV4 },
    answer: {
      success: true,
      status_code: 1,
      status_message: "Success.",
      access_token: userAccessToken,
      account_id: "4bc8892a017a3c0z92001001"
    },
    yields: { accessToken: { redacted: userAccessToken }, accountId: "4bc8892a017a3c0z92001001" },
    errors: ["SessionDenied", "InvalidRequestToken"],
    consuming: true,
    repeats: false,
    v4: true
  }),
  operation(Authentication.deleteAccessToken(userAccessToken), {
    ...simple,
    name: "deleteAccessToken",
    method: "DELETE",
    path: "/4/auth/access_token",
    body: { access_token: userAccessToken },
    answer: { success: true, status_code: 13, status_message: "The item/record was deleted successfully." },
    yields: undefined,
    errors: ["InvalidAccessToken"],
    consuming: true,
    repeats: false,
    v4: true
  })
]
