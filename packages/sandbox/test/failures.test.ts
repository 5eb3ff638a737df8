/**
 * What TMDB answers when it says no, to the byte.
 */
import { describe, expect, it } from "vitest"
import { makeSandbox, type Sandbox } from "../src/index.js"
import { type Answered, clientOf, SESSION_DENIED } from "./client.js"

const people = [
  { username: "ada", password: "right" },
  { username: "closed", password: "right", status: "disabled" },
  { username: "new", password: "right", status: "unverified" },
  { username: "rude", password: "right", status: "suspended" }
] as const

const start = (options: Sandbox.Options = {}) => {
  const sandbox = makeSandbox({ users: people, ...options })
  return { sandbox, ...clientOf(sandbox) }
}

const failed = (code: number, message: string) =>
  `{"success":false,"status_code":${code},"status_message":"${message}"}`

const INVALID_KEY =
  '{"status_code":7,"status_message":"Invalid API key: You must be granted a valid key.","success":false}\n'
const NOT_FOUND = failed(34, "The resource you requested could not be found.")
const BAD_BODY = failed(5, "Invalid parameters: Your request parameters are incorrect.")
const BAD_TOKEN = failed(33, "Invalid request token: The request token is either expired or invalid.")
const BAD_LOGIN = failed(30, "Invalid username and/or password: You did not provide a valid login.")
const NO_PERMISSION = failed(3, "Authentication failed: You do not have permissions to access the service.")

const expectAnswer = (answered: Answered, status: number, body: string) =>
  expect({ status: answered.status, body: answered.body }).toEqual({ status, body })

describe("a call without a credential that counts", () => {
  it.each([
    ["none", "/3/authentication", {}],
    ["an unknown API key", `/3/authentication?api_key=${"0".repeat(32)}`, {}],
    ["an unknown bearer token", "/3/authentication", { authorization: "Bearer a.b.c" }],
    ["none, on a path that does not exist", "/3/nothing", {}],
    ["none, on v4", "/4/nothing", {}]
  ])("with %s ends in code 7, from the gateway", async (_, path, headers) => {
    const { call } = start()
    const answered = await call("GET", path, { bearer: null, headers })
    expectAnswer(answered, 401, INVALID_KEY)
    expect(answered.headers.get("content-type")).toBe("application/json; charset=utf-8")
    expect(answered.headers.has("etag")).toBe(false)
  })

  it("takes no API key as a bearer token, and no read access token as an API key", async () => {
    const { call, sandbox } = start()
    expectAnswer(await call("GET", "/3/authentication", { bearer: sandbox.apiKey }), 401, INVALID_KEY)
    const query = new URLSearchParams({ api_key: sandbox.accessToken })
    expectAnswer(await call("GET", `/3/authentication?${query}`, { bearer: null }), 401, INVALID_KEY)
  })

  it("takes no API key for v4's authentication", async () => {
    const { call, sandbox } = start()
    const path = `/4/auth/request_token?api_key=${sandbox.apiKey}`
    expectAnswer(await call("POST", path, { bearer: null, body: {} }), 401, INVALID_KEY)
  })

  it.each([
    [
      "seen",
      '{"status_code":10,"status_message":"Suspended API key: Access to your account has been suspended, contact TMDb."}'
    ],
    [
      "likeInvalidKey",
      '{"status_code":10,"status_message":"Suspended API key: Access to your account has been suspended, contact TMDB.","success":false}\n'
    ]
  ] as const)("ends in code 10 when the key is suspended, as %s", async (suspendedKeyBody, body) => {
    const keys = [{ apiKey: "a".repeat(32), suspended: true }, { apiKey: "b".repeat(32) }]
    const { call, sandbox } = start({ keys, unknowns: { suspendedKeyBody } })
    expectAnswer(await call("GET", "/3/authentication"), 401, body)
    const bearer = sandbox.keys[1]?.accessToken ?? ""
    expect((await call("GET", "/3/authentication", { bearer })).status).toBe(200)
  })
})

describe("session/new", () => {
  const path = "/3/authentication/session/new"

  it("denies an unapproved token, and does not burn it", async () => {
    const { exchange, requestToken, sandbox } = start()
    const token = await requestToken()
    expectAnswer(await exchange(token), 401, SESSION_DENIED)
    sandbox.approve(token)
    expect((await exchange(token)).status).toBe(200)
  })

  it("denies a token that is unknown, denied, used, expired or another key's", async () => {
    const { exchange, requestToken, sandbox } = start({
      keys: [{ apiKey: "a".repeat(32) }, { apiKey: "b".repeat(32) }]
    })
    expectAnswer(await exchange("f".repeat(40)), 401, SESSION_DENIED)

    const denied = await requestToken()
    sandbox.deny(denied)
    expectAnswer(await exchange(denied), 401, SESSION_DENIED)

    const used = await requestToken()
    sandbox.approve(used)
    await exchange(used)
    expectAnswer(await exchange(used), 401, SESSION_DENIED)

    const other = await requestToken()
    sandbox.approve(other)
    const { call } = clientOf(sandbox)
    const bearer = sandbox.keys[1]?.accessToken ?? ""
    expectAnswer(await call("POST", path, { bearer, body: { request_token: other } }), 401, SESSION_DENIED)
    expect((await exchange(other)).status).toBe(200)

    const expired = await requestToken()
    sandbox.approve(expired)
    sandbox.advance("1 hour")
    expectAnswer(await exchange(expired), 401, SESSION_DENIED)
  })

  it("takes its token from the body alone", async () => {
    const { call, requestToken, sandbox } = start()
    const token = await requestToken()
    sandbox.approve(token)
    expectAnswer(await call("POST", `${path}?request_token=${token}`, { body: {} }), 401, SESSION_DENIED)
  })

  it.each([
    ["no JSON", { body: "{", headers: { "content-type": "application/json" } }],
    ["no object", { body: "[]", headers: { "content-type": "application/json" } }],
    ["nothing", {}],
    ["JSON sent as text", { body: '{"request_token":"x"}', headers: { "content-type": "text/plain" } }],
    ["a form", { body: "request_token=x", headers: { "content-type": "application/x-www-form-urlencoded" } }]
  ])("answers a body that is %s with code 5", async (_, given) => {
    const { call } = start()
    expectAnswer(await call("POST", path, given), 400, BAD_BODY)
  })

  it("can answer what is no JSON, or holds no token, otherwise", async () => {
    const { call } = start({ unknowns: { sessionWithoutJson: 17, sessionWithoutToken: 47 } })
    expectAnswer(await call("POST", path, { body: "{" }), 401, SESSION_DENIED)
    expectAnswer(await call("POST", path, { body: {} }), 400, failed(47, "The input is not valid."))
  })

  it("still answers the old form with the token in the query", async () => {
    const { call, requestToken, sandbox } = start()
    const token = await requestToken()
    sandbox.approve(token)
    expect((await call("GET", `${path}?request_token=${token}`)).body).toMatch(
      /^\{"success":true,"session_id":"[0-9a-f]{40}"\}$/
    )
  })
})

describe("validate_with_login", () => {
  const path = "/3/authentication/token/validate_with_login"
  const login = (
    given: ReturnType<typeof start>,
    username: string,
    password: string,
    request_token: string
  ) => given.call("POST", path, { body: { username, password, request_token } })

  it("approves a token and gives back what token/new gave", async () => {
    const given = start()
    const issued = await given.call("GET", "/3/authentication/token/new")
    const token = issued.json().request_token
    expectAnswer(await login(given, "ada", "right", token), 200, issued.body)
    expect((await given.exchange(token)).status).toBe(200)
  })

  it.each([
    ["ada", "wrong", 401, BAD_LOGIN],
    ["nobody", "right", 401, BAD_LOGIN],
    ["ada", "", 400, failed(26, "You must provide a username and password.")],
    [
      "closed",
      "right",
      401,
      failed(31, "Account disabled: Your account is no longer active. Contact TMDB if this is an error.")
    ],
    ["new", "right", 401, failed(32, "Email not verified: Your email address has not been verified.")],
    ["rude", "right", 403, failed(45, "This user has been suspended.")]
  ])("of %s with the password %o ends in %i", async (username, password, status, body) => {
    const given = start()
    const token = await given.requestToken()
    expectAnswer(await login(given, username, password, token), status, body)
    expectAnswer(await given.exchange(token), 401, SESSION_DENIED)
  })

  it("complains of a bad token before it complains of the login, unless told otherwise", async () => {
    expectAnswer(await login(start(), "ada", "wrong", "0"), 401, BAD_TOKEN)
    const other = start({ unknowns: { loginComplaint: "credentials" } })
    expectAnswer(await login(other, "ada", "wrong", "0"), 401, BAD_LOGIN)
    expectAnswer(await login(other, "ada", "right", "0"), 401, BAD_TOKEN)
  })

  it("leaves the token's hour as it is, unless told otherwise", async () => {
    for (const [loginMovesExpiry, status] of [
      [false, 401],
      [true, 200]
    ] as const) {
      const given = start({ unknowns: { loginMovesExpiry } })
      const token = await given.requestToken()
      given.sandbox.advance("50 minutes")
      await login(given, "ada", "right", token)
      given.sandbox.advance("20 minutes")
      expect((await given.exchange(token)).status).toBe(status)
    }
  })
})

describe("the other calls of v3", () => {
  it("answer a wrong session with code 3", async () => {
    const { call } = start()
    expectAnswer(await call("GET", "/3/account"), 401, NO_PERMISSION)
    expectAnswer(await call("GET", `/3/account?session_id=${"0".repeat(40)}`), 401, NO_PERMISSION)
  })

  it("know a session by the key it was made with alone", async () => {
    const { call, sandbox } = start({ keys: [{ apiKey: "a".repeat(32) }, { apiKey: "b".repeat(32) }] })
    const session_id = sandbox.createSession()
    const bearer = sandbox.keys[1]?.accessToken ?? ""
    expectAnswer(await call("GET", `/3/account?session_id=${session_id}`, { bearer }), 401, NO_PERMISSION)
    const ended = await call("DELETE", "/3/authentication/session", { bearer, body: { session_id } })
    expect(ended.json().status_code).toBe(6)
    expect((await call("GET", `/3/account?session_id=${session_id}`)).status).toBe(200)
  })

  it("answer what they do not have with code 34", async () => {
    const { call } = start()
    for (const path of ["/3/nothing", "/3/movie/1", "/4/auth/create-request-token", "/nothing", "/3"]) {
      expectAnswer(await call("GET", path), 404, NOT_FOUND)
    }
    expectAnswer(await call("PUT", "/3/authentication/session/new", { body: {} }), 404, NOT_FOUND)
  })

  it("can answer a method that a path lacks with code 42", async () => {
    const { call } = start({ unknowns: { wrongMethod: 42 } })
    expectAnswer(
      await call("PUT", "/3/authentication/session/new", { body: {} }),
      405,
      failed(42, "This request method is not supported for this resource.")
    )
  })

  it("end a session once", async () => {
    const { call, sandbox } = start()
    const end = (session_id: string) => call("DELETE", "/3/authentication/session", { body: { session_id } })
    const session = sandbox.createSession()
    expectAnswer(await end(session), 200, '{"success":true}')
    expectAnswer(
      await end(session),
      404,
      failed(6, "Invalid id: The pre-requisite id is invalid or not found.")
    )
    expectAnswer(await call("GET", `/3/account?session_id=${session}`), 401, NO_PERMISSION)
    const other = start({ unknowns: { deleteUnknownSession: 37 } })
    expectAnswer(
      await other.call("DELETE", "/3/authentication/session", { body: { session_id: session } }),
      404,
      failed(37, "The requested session could not be found.")
    )
  })

  it("decode an encoded slash once, as TMDB's edge does", async () => {
    const { call } = start()
    const plain = await call("GET", "/3/movie/550")
    const encoded = await call("GET", "/3/credit/x%2F..%2F..%2Fmovie%2F550")
    expect(encoded.body).toBe(plain.body)
  })

  it("confirm a key in sixteen bytes, or as documented", async () => {
    expectAnswer(await start().call("GET", "/3/authentication"), 200, '{"success":true}')
    expectAnswer(
      await start({ unknowns: { validateKeyBody: "documented" } }).call("GET", "/3/authentication"),
      200,
      '{"success":true,"status_code":1,"status_message":"Success."}'
    )
  })
})

describe("v4", () => {
  it("answers a token that is not approved, or denied, with code 41", async () => {
    const { exchangeV4, requestTokenV4, sandbox } = start()
    const body = failed(41, "This request token hasn't been approved by the user.")
    const token = await requestTokenV4()
    expectAnswer(await exchangeV4(token), 422, body)
    sandbox.deny(token)
    expectAnswer(await exchangeV4(token), 422, body)
  })

  it("answers a token that is unknown, used or expired with code 33, unless told otherwise", async () => {
    const { exchangeV4, requestTokenV4, sandbox } = start()
    expectAnswer(await exchangeV4("a.b.c"), 401, BAD_TOKEN)
    const used = await requestTokenV4()
    sandbox.approve(used)
    expect((await exchangeV4(used)).status).toBe(200)
    expectAnswer(await exchangeV4(used), 401, BAD_TOKEN)
    const expired = await requestTokenV4()
    sandbox.approve(expired)
    sandbox.advance("15 minutes")
    expectAnswer(await exchangeV4(expired), 401, BAD_TOKEN)
    const other = start({ unknowns: { badRequestTokenV4: 35 } })
    expectAnswer(await other.exchangeV4("a.b.c"), 401, failed(35, "Invalid token."))
  })

  it("converts only an access token that a person granted", async () => {
    const { call, sandbox } = start()
    const answered = await call("POST", "/3/authentication/session/convert/4", {
      body: { access_token: sandbox.accessToken }
    })
    expectAnswer(answered, 401, failed(35, "Invalid token."))
  })

  it("ends an access token once, and it counts no more", async () => {
    const { call, exchangeV4, requestTokenV4, sandbox } = start()
    const token = await requestTokenV4()
    sandbox.approve(token)
    const { access_token } = (await exchangeV4(token)).json()
    const end = () => call("DELETE", "/4/auth/access_token", { body: { access_token } })
    expect((await call("GET", "/3/authentication", { bearer: access_token })).status).toBe(200)
    expectAnswer(
      await end(),
      200,
      '{"success":true,"status_code":13,"status_message":"The item/record was deleted successfully."}'
    )
    expectAnswer(await end(), 401, failed(35, "Invalid token."))
    expectAnswer(await call("GET", "/3/authentication", { bearer: access_token }), 401, INVALID_KEY)
  })

  it("can answer what nobody has seen otherwise", async () => {
    const { call, exchangeV4, requestTokenV4, sandbox } = start({
      unknowns: { convertBadToken: 3, deletedAccessToken: 1, deleteUnknownAccessToken: 34 }
    })
    const token = await requestTokenV4()
    sandbox.approve(token)
    const { access_token } = (await exchangeV4(token)).json()
    const end = () => call("DELETE", "/4/auth/access_token", { body: { access_token } })
    expectAnswer(await end(), 200, '{"success":true,"status_code":1,"status_message":"Success."}')
    expectAnswer(await end(), 404, NOT_FOUND)
    const path = "/3/authentication/session/convert/4"
    expectAnswer(await call("POST", path, { body: { access_token } }), 401, NO_PERMISSION)
  })
})
