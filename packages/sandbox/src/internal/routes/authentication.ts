/**
 * TMDB's authentication, v3 and v4.
 *
 * @see https://developer.themoviedb.org/reference/authentication-how-do-i-generate-a-session-id
 * @see https://developer.themoviedb.org/v4/docs/authentication-user
 */

import type { User } from "../../User.js"
import { done, failure, ok, type Reply, sessionDenied } from "../answer.js"
import {
  type Call,
  hexadecimal,
  integer,
  object,
  type Payload,
  type Route,
  requestTokenOf,
  statusBody,
  succeeded,
  text,
  time,
  withPayload
} from "../route.js"
import { type StatusCode, statusMessage } from "../statusCode.js"

const requestTokenBody = object({ success: succeeded, expires_at: time, request_token: hexadecimal(40) })
const sessionBody = object({ success: succeeded, session_id: hexadecimal(40) })
const success = { success: true }

/** Old clients send the fields of the body in the query of a GET. TMDB still answers them. */
const fromQuery = (call: Call): Payload => Object.fromEntries(call.query)

const validateKey = (call: Call): Reply =>
  call.unknowns.validateKeyBody === "recorded"
    ? ok(success)
    : ok({ success: true, status_code: 1, status_message: statusMessage(1) })

const createRequestToken = (call: Call): Reply => {
  const token = call.state.issueRequestToken(call.key)
  return ok(
    { success: true, expires_at: call.written(token.expiresAt), request_token: token.value },
    { headers: [["authentication-callback", `${call.webUrl}/authenticate/${token.value}`]] }
  )
}

const noSession = (code: StatusCode): Reply => (code === 17 ? sessionDenied() : failure(code))

const createSession = (call: Call, payload: Payload): Reply => {
  if (payload["request_token"] === undefined) return noSession(call.unknowns.sessionWithoutToken)
  const token = requestTokenOf(call, payload["request_token"], 3)
  const user = token && call.state.grantedBy(token)
  if (token === undefined || user === undefined) return sessionDenied()
  call.state.consume(token)
  return ok({ success: true, session_id: call.state.createSession({ apiKey: call.key.apiKey, user }) })
}

const refusals = { disabled: 31, unverified: 32, suspended: 45 } as const

const loginOf = (call: Call, payload: Payload): User | Reply => {
  const { username, password } = payload
  if (!username || !password) return failure(26)
  const user = typeof username === "string" ? call.state.userNamed(username) : undefined
  if (user === undefined || user.password !== password) return failure(30)
  return user.status === "active" ? user : failure(refusals[user.status])
}

const validateWithLogin = (call: Call, payload: Payload): Reply => {
  const token = requestTokenOf(call, payload["request_token"], 3)
  const login = loginOf(call, payload)
  const refused = "username" in login ? undefined : login
  if (token === undefined) {
    return call.unknowns.loginComplaint === "credentials" && refused !== undefined ? refused : failure(33)
  }
  if (!("username" in login)) return login
  call.state.decide(token, { allowed: true, user: login, from: call.now })
  const expiresAt = call.unknowns.loginMovesExpiry ? call.state.renew(token) : token.expiresAt
  return ok({ success: true, expires_at: call.written(expiresAt), request_token: token.value })
}

const convertAccessToken = (call: Call, payload: Payload): Reply => {
  const value = payload["access_token"]
  const granted = typeof value === "string" ? call.state.accessTokens.get(value) : undefined
  if (granted === undefined || granted.apiKey !== call.key.apiKey)
    return failure(call.unknowns.convertBadToken)
  return ok({ success: true, session_id: call.state.createSession(granted) })
}

const deleteSession = (call: Call, payload: Payload): Reply => {
  const id = payload["session_id"]
  const session = typeof id === "string" ? call.state.sessions.get(id) : undefined
  if (typeof id !== "string" || session?.apiKey !== call.key.apiKey) {
    return failure(call.unknowns.deleteUnknownSession)
  }
  call.state.sessions.delete(id)
  return ok(success)
}

const createGuestSession = (call: Call): Reply => {
  const guest = call.state.createGuestSession()
  return ok({ success: true, guest_session_id: guest.id, expires_at: call.written(guest.expiresAt) })
}

const createRequestTokenV4 = (call: Call): Reply => {
  const redirectTo = call.payload()?.["redirect_to"]
  const token = call.state.issueRequestTokenV4(
    call.key,
    typeof redirectTo === "string" ? redirectTo : undefined
  )
  return ok({ status_message: statusMessage(1), request_token: token.value, success: true, status_code: 1 })
}

const createAccessToken = (call: Call, payload: Payload): Reply => {
  const token = requestTokenOf(call, payload["request_token"], 4)
  if (token === undefined) return failure(call.unknowns.badRequestTokenV4)
  const user = call.state.grantedBy(token)
  if (user === undefined) return failure(41)
  call.state.consume(token)
  return ok({
    success: true,
    status_code: 1,
    status_message: statusMessage(1),
    access_token: call.state.createAccessToken({ apiKey: call.key.apiKey, user }),
    account_id: user.accountId
  })
}

const deleteAccessToken = (call: Call, payload: Payload): Reply => {
  const value = payload["access_token"]
  const granted = typeof value === "string" ? call.state.accessTokens.get(value) : undefined
  if (typeof value !== "string" || granted?.apiKey !== call.key.apiKey) {
    return failure(call.unknowns.deleteUnknownAccessToken)
  }
  call.state.accessTokens.delete(value)
  return done(call.unknowns.deletedAccessToken)
}

const parameter = (name: string) => ({ name, required: true, schema: text })
const login = object({ username: text, password: text, request_token: text })
const loginFailures = [400, 401, 403]

export const authentication: ReadonlyArray<Route> = [
  {
    operationId: "authentication-validate-key",
    method: "GET",
    path: "/3/authentication",
    summary: "Check the credential of the call",
    credential: "any",
    success: { status: 200, schema: object({ success: succeeded }) },
    otherwise: [],
    run: validateKey
  },
  {
    operationId: "authentication-create-request-token",
    method: "GET",
    path: "/3/authentication/token/new",
    summary: "Issue a request token, valid for one hour and one session",
    credential: "any",
    success: { status: 200, schema: requestTokenBody },
    otherwise: [],
    run: createRequestToken
  },
  {
    operationId: "authentication-create-session",
    method: "POST",
    path: "/3/authentication/session/new",
    summary: "Exchange an approved request token for a session",
    credential: "any",
    payload: object({ request_token: text }),
    success: { status: 200, schema: sessionBody },
    otherwise: [400, 401],
    run: (call) => {
      const payload = call.payload()
      return payload === undefined
        ? noSession(call.unknowns.sessionWithoutJson)
        : createSession(call, payload)
    }
  },
  {
    operationId: "authentication-create-session-by-query",
    method: "GET",
    path: "/3/authentication/session/new",
    summary: "The old form of the same call: undocumented, and still answered",
    credential: "any",
    query: [parameter("request_token")],
    success: { status: 200, schema: sessionBody },
    otherwise: [401],
    run: (call) => createSession(call, fromQuery(call))
  },
  {
    operationId: "authentication-create-session-from-login",
    method: "POST",
    path: "/3/authentication/token/validate_with_login",
    summary: "Approve a request token with a username and password",
    credential: "any",
    payload: login,
    success: { status: 200, schema: requestTokenBody },
    otherwise: loginFailures,
    run: (call) => withPayload(call, (payload) => validateWithLogin(call, payload))
  },
  {
    operationId: "authentication-create-session-from-login-by-query",
    method: "GET",
    path: "/3/authentication/token/validate_with_login",
    summary: "The old form of the same call: undocumented, and still answered",
    credential: "any",
    query: ["username", "password", "request_token"].map(parameter),
    success: { status: 200, schema: requestTokenBody },
    otherwise: loginFailures,
    run: (call) => validateWithLogin(call, fromQuery(call))
  },
  {
    operationId: "authentication-create-session-from-v4-token",
    method: "POST",
    path: "/3/authentication/session/convert/4",
    summary: "Create a v3 session from a user's v4 access token",
    credential: "any",
    payload: object({ access_token: text }),
    success: { status: 200, schema: sessionBody },
    otherwise: [400, 401],
    run: (call) => withPayload(call, (payload) => convertAccessToken(call, payload))
  },
  {
    operationId: "authentication-delete-session",
    method: "DELETE",
    path: "/3/authentication/session",
    summary: "End a session",
    credential: "any",
    payload: object({ session_id: text }),
    success: { status: 200, schema: object({ success: succeeded }) },
    otherwise: [400, 401, 404],
    run: (call) => withPayload(call, (payload) => deleteSession(call, payload))
  },
  {
    operationId: "authentication-create-guest-session",
    method: "GET",
    path: "/3/authentication/guest_session/new",
    summary: "Open a session for someone without an account",
    credential: "any",
    success: {
      status: 200,
      schema: object({ success: succeeded, guest_session_id: hexadecimal(32), expires_at: time })
    },
    otherwise: [],
    run: createGuestSession
  },
  {
    operationId: "auth-create-request-token",
    method: "POST",
    path: "/4/auth/request_token",
    summary: "Issue a v4 request token, good for fifteen minutes",
    credential: "bearer",
    payload: object({ redirect_to: text }, []),
    success: {
      status: 200,
      schema: object({ status_message: text, request_token: text, success: succeeded, status_code: integer })
    },
    otherwise: [],
    run: createRequestTokenV4
  },
  {
    operationId: "auth-create-access-token",
    method: "POST",
    path: "/4/auth/access_token",
    summary: "Exchange an approved v4 request token for an access token",
    credential: "bearer",
    payload: object({ request_token: text }),
    success: {
      status: 200,
      schema: object({
        success: succeeded,
        status_code: integer,
        status_message: text,
        access_token: text,
        account_id: hexadecimal(24)
      })
    },
    otherwise: [400, 401, 422],
    run: (call) => withPayload(call, (payload) => createAccessToken(call, payload))
  },
  {
    operationId: "auth-delete-access-token",
    method: "DELETE",
    path: "/4/auth/access_token",
    summary: "End an access token",
    credential: "bearer",
    payload: object({ access_token: text }),
    success: { status: 200, schema: statusBody },
    otherwise: [400, 401, 404],
    run: (call) => withPayload(call, (payload) => deleteAccessToken(call, payload))
  }
]
