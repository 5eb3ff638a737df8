/**
 * The operations as a reader of TMDB's pages would write them down: what is
 * called, what goes out, what comes back, what it can end in. None of it is
 * read from core's own table. Core's tests, the promise client's and the suite
 * of all adapters run over it.
 */
import { DateTime, Effect, Redacted } from "effect"
import { Account, Authentication, type PromiseClient, type TmdbClient, type TmdbError } from "../src/index.js"

export type Tag = TmdbError.TmdbError["_tag"]

/** What operations send and receive. All but the name is secret. */
export interface Values {
  readonly username: string
  readonly password: string
  readonly requestToken: string
  readonly requestTokenV4: string
  readonly sessionId: string
  readonly guestSessionId: string
  /** The person's, from version 4. */
  readonly userAccessToken: string
}

/** Harmless ones, for every test that does not look for secrets. */
export const values: Values = {
  username: "ada",
  password: "correct horse",
  requestToken: "1531f1a558c8357ce8990cf887ff196e8f5402ec",
  requestTokenV4: "eyJhbGciOiJIUzI1NiJ9.eyJ2ZXJzaW9uIjoyfQ.cGVuZGluZw",
  sessionId: "79191836ddaa0da3df76a5ffef6f07ad6ab0c641",
  guestSessionId: "5509142b1e8c1d3d4a2c9e8f0a1b2c3d",
  userAccessToken: "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1c2VyIn0.dXNlcg"
}

/** What must have happened at TMDB before the operation can succeed. */
export type Arrangement =
  | "nothing"
  | "a request token"
  | "an approved request token"
  | "an approved request token of version 4"
  | "a session"
  | "an access token"

/** An operation as it is written below. */
interface Row<E extends TmdbError.TmdbError, Errors extends ReadonlyArray<Tag>> {
  readonly call: (values: Values) => Effect.Effect<unknown, E, TmdbClient.TmdbClient>
  readonly promise: (
    tmdb: PromiseClient.PromiseClient,
    values: Values,
    options?: PromiseClient.CallOptions
  ) => Promise<unknown>
  readonly method: "GET" | "POST" | "DELETE"
  readonly path: string
  /** The path as core's table has it, where it has parameters. */
  readonly template?: string
  /** The query, the credential aside. */
  readonly query?: Readonly<Record<string, string>>
  /** The JSON body; absent on a GET. */
  readonly body?: unknown
  /** An answer that TMDB was seen to give, or documents. */
  readonly answer: (values: Values) => object
  /** What the call yields then, as `plain` shows it. */
  readonly yields: unknown
  /** What the promise resolves to then. */
  readonly resolves: unknown
  /** The errors beside those that every operation can end in. */
  readonly errors: Errors
  /** Where a code means something else here than elsewhere. */
  readonly codes?: Readonly<Record<number, Errors[number]>>
  /** It consumes what it is given, so it is not repeated after a lost reply. */
  readonly consuming: boolean
  readonly version: 3 | 4
  readonly needs: Arrangement
}

const operation = <E extends TmdbError.TmdbError, const Errors extends ReadonlyArray<Tag>>(
  row: Row<E, Errors>
): Row<E, Errors> => row

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

/** The lifetime of a request token is counted from now. A test of its own looks at it. */
const withoutLifetime = <E>(
  call: Effect.Effect<Authentication.RequestToken, E, TmdbClient.TmdbClient>
): Effect.Effect<Omit<Authentication.RequestToken, "lifetime">, E, TmdbClient.TmdbClient> =>
  Effect.map(call, ({ expiresAt, requestToken }) => ({ expiresAt, requestToken }))

const tokenAnswer = ({ requestToken }: Values) => ({
  success: true,
  expires_at: "2025-12-24 12:53:34 UTC",
  request_token: requestToken
})
const token = { requestToken: { redacted: values.requestToken }, expiresAt: "2025-12-24T12:53:34.000Z" }
const plainToken = {
  requestToken: values.requestToken,
  expiresAt: new Date("2025-12-24T12:53:34Z"),
  approvalUrl: `https://www.themoviedb.org/authenticate/${values.requestToken}`
}
const account = {
  id: 6089455,
  username: values.username,
  name: "Test Name",
  includeAdult: false,
  iso6391: "en",
  iso31661: "BE",
  gravatarHash: "9ec1afe1e1c6c2b7c1a1d0c0e2f6b6b2",
  avatarPath: undefined
}
const accountId = "4bc8892a017a3c0z92001001"
const redirectTo = "https://app.example/signed-in"

/** By name, in the order of core's table. */
export const table = {
  validateKey: operation({
    call: () => Authentication.validateKey(),
    promise: (tmdb, _, options) => tmdb.validateKey(options),
    method: "GET",
    path: "/3/authentication",
    answer: () => ({ success: true }),
    yields: undefined,
    resolves: undefined,
    errors: [],
    consuming: false,
    version: 3,
    needs: "nothing"
  }),
  createRequestToken: operation({
    call: () => withoutLifetime(Authentication.createRequestToken()),
    promise: (tmdb, _, options) => tmdb.createRequestToken(options),
    method: "GET",
    path: "/3/authentication/token/new",
    answer: tokenAnswer,
    yields: token,
    resolves: plainToken,
    errors: [],
    consuming: false,
    version: 3,
    needs: "nothing"
  }),
  validateWithLogin: operation({
    call: ({ password, requestToken, username }) =>
      withoutLifetime(Authentication.validateWithLogin({ username, password, requestToken })),
    promise: (tmdb, { password, requestToken, username }, options) =>
      tmdb.validateWithLogin({ username, password, requestToken }, options),
    method: "POST",
    path: "/3/authentication/token/validate_with_login",
    body: { username: "ada", password: "correct horse", request_token: values.requestToken },
    answer: tokenAnswer,
    yields: token,
    resolves: plainToken,
    errors: ["InvalidLogin", "AccountDisabled", "EmailNotVerified", "InvalidRequestToken"],
    consuming: false,
    version: 3,
    needs: "a request token"
  }),
  createSession: operation({
    call: ({ requestToken }) => Authentication.createSession(requestToken),
    promise: (tmdb, { requestToken }, options) => tmdb.createSession(requestToken, options),
    method: "POST",
    path: "/3/authentication/session/new",
    body: { request_token: values.requestToken },
    answer: ({ sessionId }) => ({ success: true, session_id: sessionId }),
    yields: { sessionId: { redacted: values.sessionId } },
    resolves: { sessionId: values.sessionId },
    errors: ["SessionDenied"],
    consuming: true,
    version: 3,
    needs: "an approved request token"
  }),
  createSessionFromAccessToken: operation({
    call: ({ userAccessToken }) => Authentication.createSessionFromAccessToken(userAccessToken),
    promise: (tmdb, { userAccessToken }, options) =>
      tmdb.createSessionFromAccessToken(userAccessToken, options),
    method: "POST",
    path: "/3/authentication/session/convert/4",
    body: { access_token: values.userAccessToken },
    answer: ({ sessionId }) => ({ success: true, session_id: sessionId }),
    yields: { sessionId: { redacted: values.sessionId } },
    resolves: { sessionId: values.sessionId },
    errors: ["InvalidAccessToken"],
    consuming: false,
    version: 3,
    needs: "an access token"
  }),
  deleteSession: operation({
    call: ({ sessionId }) => Authentication.deleteSession(sessionId),
    promise: (tmdb, { sessionId }, options) => tmdb.deleteSession(sessionId, options),
    method: "DELETE",
    path: "/3/authentication/session",
    body: { session_id: values.sessionId },
    answer: () => ({ success: true }),
    yields: undefined,
    resolves: undefined,
    errors: ["InvalidSession"],
    codes: { 3: "InvalidSession", 6: "InvalidSession", 34: "InvalidSession" },
    consuming: true,
    version: 3,
    needs: "a session"
  }),
  createGuestSession: operation({
    call: () => Authentication.createGuestSession(),
    promise: (tmdb, _, options) => tmdb.createGuestSession(options),
    method: "GET",
    path: "/3/authentication/guest_session/new",
    answer: ({ guestSessionId }) => ({
      success: true,
      guest_session_id: guestSessionId,
      expires_at: "2025-12-25 11:53:35 UTC"
    }),
    yields: { guestSessionId: { redacted: values.guestSessionId }, expiresAt: "2025-12-25T11:53:35.000Z" },
    resolves: { guestSessionId: values.guestSessionId, expiresAt: new Date("2025-12-25T11:53:35Z") },
    errors: [],
    consuming: false,
    version: 3,
    needs: "nothing"
  }),
  accountDetails: operation({
    call: ({ sessionId }) => Account.details(sessionId),
    promise: (tmdb, { sessionId }, options) => tmdb.accountDetails(sessionId, options),
    method: "GET",
    path: "/3/account",
    query: { session_id: values.sessionId },
    answer: ({ username }) => ({
      avatar: {
        gravatar: { hash: "9ec1afe1e1c6c2b7c1a1d0c0e2f6b6b2" },
        tmdb: { avatar_path: null }
      },
      id: 6089455,
      iso_639_1: "en",
      iso_3166_1: "BE",
      name: "Test Name",
      include_adult: false,
      username
    }),
    yields: account,
    resolves: account,
    errors: ["InvalidSession"],
    codes: { 3: "InvalidSession" },
    consuming: false,
    version: 3,
    needs: "a session"
  }),
  createRequestTokenV4: operation({
    call: () =>
      Effect.map(Authentication.createRequestTokenV4({ redirectTo }), ({ requestToken }) => ({
        requestToken
      })),
    promise: async (tmdb, _, options) => {
      const { approvalUrl, requestToken } = await tmdb.createRequestTokenV4({ redirectTo, ...options })
      return { approvalUrl, requestToken }
    },
    method: "POST",
    path: "/4/auth/request_token",
    body: { redirect_to: redirectTo },
    answer: ({ requestTokenV4 }) => ({
      status_message: "Success.",
      request_token: requestTokenV4,
      success: true,
      status_code: 1
    }),
    yields: { requestToken: { redacted: values.requestTokenV4 } },
    resolves: {
      requestToken: values.requestTokenV4,
      approvalUrl: `https://www.themoviedb.org/auth/access?request_token=${values.requestTokenV4}`
    },
    errors: [],
    consuming: false,
    version: 4,
    needs: "nothing"
  }),
  createAccessToken: operation({
    call: ({ requestTokenV4 }) => Authentication.createAccessToken(requestTokenV4),
    promise: (tmdb, { requestTokenV4 }, options) => tmdb.createAccessToken(requestTokenV4, options),
    method: "POST",
    path: "/4/auth/access_token",
    body: { request_token: values.requestTokenV4 },
    answer: ({ userAccessToken }) => ({
      success: true,
      status_code: 1,
      status_message: "Success.",
      access_token: userAccessToken,
      account_id: accountId
    }),
    yields: { accessToken: { redacted: values.userAccessToken }, accountId },
    resolves: { accessToken: values.userAccessToken, accountId },
    errors: ["SessionDenied", "InvalidRequestToken"],
    consuming: true,
    version: 4,
    needs: "an approved request token of version 4"
  }),
  deleteAccessToken: operation({
    call: ({ userAccessToken }) => Authentication.deleteAccessToken(userAccessToken),
    promise: (tmdb, { userAccessToken }, options) => tmdb.deleteAccessToken(userAccessToken, options),
    method: "DELETE",
    path: "/4/auth/access_token",
    body: { access_token: values.userAccessToken },
    answer: () => ({
      success: true,
      status_code: 13,
      status_message: "The item/record was deleted successfully."
    }),
    yields: undefined,
    resolves: undefined,
    errors: ["InvalidAccessToken"],
    consuming: true,
    version: 4,
    needs: "an access token"
  })
}

type AnyRow = Row<TmdbError.TmdbError, ReadonlyArray<Tag>>

/** An operation with its name, and ready to be called with the harmless values. */
export interface Operation extends Omit<AnyRow, "call" | "answer"> {
  readonly name: string
  readonly call: Effect.Effect<unknown, TmdbError.TmdbError, TmdbClient.TmdbClient>
  readonly callWith: AnyRow["call"]
  readonly answer: object
  readonly answerWith: AnyRow["answer"]
  readonly template: string
  readonly query: Readonly<Record<string, string>>
}

export const operations: ReadonlyArray<Operation> = Object.entries<AnyRow>(table).map(([name, row]) => ({
  template: row.path,
  query: {},
  ...row,
  name,
  call: Effect.map(row.call(values), plain),
  callWith: row.call,
  answer: row.answer(values),
  answerWith: row.answer
}))
