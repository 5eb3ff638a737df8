/**
 * Tokens and sessions from their issue to their end, by the clock.
 */
import { it as effectIt } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/TestClock"
import { describe, expect, it } from "vitest"
import { makeSandbox } from "../src/index.js"
import { clientOf, SESSION_DENIED } from "./client.js"

const payloadOf = (token: string) =>
  JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString())

describe("signing in", () => {
  it("takes a token, an approval and an exchange", async () => {
    const sandbox = makeSandbox()
    const { call, exchange, requestToken } = clientOf(sandbox)
    const token = await requestToken()
    sandbox.approve(token)
    const { session_id } = (await exchange(token)).json()
    const account = (await call("GET", `/3/account?session_id=${session_id}`)).json()
    expect(account.username).toBe(sandbox.users[0].username)
  })

  it("is for whom the approval names", async () => {
    const sandbox = makeSandbox({ users: [{ username: "ada" }, { username: "grace", id: 7 }] })
    const { call, exchange, requestToken } = clientOf(sandbox)
    const token = await requestToken()
    sandbox.approve(Redacted.make(token), "grace")
    const { session_id } = (await exchange(token)).json()
    expect((await call("GET", `/3/account/1?session_id=${session_id}`)).json()).toMatchObject({
      id: 7,
      username: "grace"
    })
  })

  it("by v4 gives an access token that converts to a session", async () => {
    const sandbox = makeSandbox()
    const { call, exchangeV4, requestTokenV4 } = clientOf(sandbox)
    const token = await requestTokenV4("https://example.com/")
    sandbox.approve(token)
    const granted = (await exchangeV4(token)).json()
    expect(Object.keys(granted)).toEqual([
      "success",
      "status_code",
      "status_message",
      "access_token",
      "account_id"
    ])
    expect(granted.account_id).toBe(sandbox.users[0].accountId)
    const converted = await call("POST", "/3/authentication/session/convert/4", {
      body: { access_token: granted.access_token }
    })
    const { session_id } = converted.json()
    expect((await call("GET", `/3/account?session_id=${session_id}`)).status).toBe(200)
  })

  it("with a key of one's own choosing works for both its forms", async () => {
    const sandbox = makeSandbox({ keys: [{ apiKey: "c".repeat(32) }] })
    const { call } = clientOf(sandbox)
    expect(payloadOf(sandbox.accessToken).aud).toBe(sandbox.apiKey)
    expect((await call("GET", "/3/authentication")).status).toBe(200)
    expect((await call("GET", `/3/authentication?api_key=${sandbox.apiKey}`, { bearer: null })).status).toBe(
      200
    )
  })
})

describe("a token of v4", () => {
  it("is a JWT that holds the API key, the way back and a quarter of an hour", async () => {
    const sandbox = makeSandbox({ now: () => 1_740_992_721_308 })
    const token = payloadOf(await clientOf(sandbox).requestTokenV4("myapp://back"))
    expect(token).toMatchObject({
      aud: sandbox.apiKey,
      scopes: ["pending_request_token"],
      version: 2,
      nbf: 1_740_992_721.308,
      exp: 1_740_993_621,
      redirect_to: "myapp://back"
    })
  })
})

describe("a way back in any script", () => {
  it("stands in v4's token as it was sent", async () => {
    const token = payloadOf(
      await clientOf(makeSandbox()).requestTokenV4("https://app.example/zur\u00fcck/\u0101")
    )
    expect(token.redirect_to).toBe("https://app.example/zur\u00fcck/\u0101")
  })
})

describe("time", () => {
  it("is written as TMDB writes it: an hour for a token, a day for a guest", async () => {
    const sandbox = makeSandbox({ now: () => Date.parse("2025-12-24T11:53:34.999Z") })
    const { call } = clientOf(sandbox)
    const token = await call("GET", "/3/authentication/token/new")
    const guest = await call("GET", "/3/authentication/guest_session/new")
    expect(token.json().expires_at).toBe("2025-12-24 12:53:34 UTC")
    expect(guest.json().expires_at).toBe("2025-12-25 11:53:34 UTC")
    expect(token.headers.get("date")).toBe("Wed, 24 Dec 2025 11:53:34 GMT")
  })

  it("ends a token at its hour and not before", async () => {
    const sandbox = makeSandbox({ now: () => 0 })
    const { exchange, requestToken } = clientOf(sandbox)
    const [early, late] = [await requestToken(), await requestToken()]
    sandbox.approve(early)
    sandbox.approve(late)
    sandbox.advance("59 minutes")
    sandbox.advance(59_999)
    expect((await exchange(early)).status).toBe(200)
    sandbox.advance(1)
    expect((await exchange(late)).body).toBe(SESSION_DENIED)
  })

  it("never ends a session", async () => {
    const sandbox = makeSandbox()
    const session = sandbox.createSession()
    sandbox.advance("3650 days")
    expect((await clientOf(sandbox).call("GET", `/3/account?session_id=${session}`)).status).toBe(200)
  })

  it("ends a guest session after a day, or unused if told so", async () => {
    const rated = async (unused: string | undefined, wait: "23 hours" | "24 hours" | "30 minutes") => {
      const sandbox = makeSandbox(
        unused === undefined ? {} : { lifetimes: { guestSessionUnused: "20 minutes" } }
      )
      const { call } = clientOf(sandbox)
      const { guest_session_id } = (await call("GET", "/3/authentication/guest_session/new")).json()
      await call("POST", `/3/movie/550/rating?guest_session_id=${guest_session_id}`, { body: { value: 8 } })
      sandbox.advance(wait)
      return (await call("GET", `/3/guest_session/${guest_session_id}/rated/movies`)).status
    }
    expect(await rated(undefined, "23 hours")).toBe(200)
    expect(await rated(undefined, "24 hours")).toBe(404)
    expect(await rated("20 minutes", "30 minutes")).toBe(404)
  })

  it("counts how long a guest session is unused from its last use", async () => {
    const sandbox = makeSandbox({ lifetimes: { guestSessionUnused: "20 minutes" }, now: () => 0 })
    const { call } = clientOf(sandbox)
    const { guest_session_id } = (await call("GET", "/3/authentication/guest_session/new")).json()
    const rate = async () =>
      (await call("POST", `/3/movie/550/rating?guest_session_id=${guest_session_id}`, { body: { value: 8 } }))
        .status
    for (let use = 0; use < 3; use++) {
      sandbox.advance("19 minutes")
      sandbox.advance(59_999)
      expect(await rate()).toBe(201)
    }
    sandbox.advance("20 minutes")
    expect(await rate()).toBe(401)
  })

  it("moves forward only", () => {
    const sandbox = makeSandbox()
    expect(() => sandbox.advance(Number.POSITIVE_INFINITY)).toThrow(TypeError)
  })

  effectIt.effect("can be a TestClock's", () =>
    Effect.gen(function* () {
      const sandbox = makeSandbox({ now: yield* Clock.clockWith(Effect.succeed) })
      const { exchange, requestToken } = clientOf(sandbox)
      const token = yield* Effect.promise(requestToken)
      sandbox.approve(token)
      yield* TestClock.adjust("1 hour")
      const answered = yield* Effect.promise(() => exchange(token))
      expect(answered.body).toBe(SESSION_DENIED)
    })
  )
})

describe("approving by hand", () => {
  it("is refused for a token that is unknown, used or decided otherwise", async () => {
    const sandbox = makeSandbox()
    const { exchange, requestToken } = clientOf(sandbox)
    expect(() => sandbox.approve("0".repeat(40))).toThrow("unknown, expired or used")
    const denied = await requestToken()
    sandbox.deny(denied)
    expect(() => sandbox.approve(denied)).toThrow("denied before")
    const used = await requestToken()
    sandbox.approve(used)
    sandbox.approve(used)
    expect(() => sandbox.deny(used)).toThrow("approved before")
    await exchange(used)
    expect(() => sandbox.approve(used)).toThrow("unknown, expired or used")
  })

  it("names no secret when it is refused", () => {
    const canary = "canary".repeat(6)
    const messageOf = (attempt: () => void): string => {
      try {
        attempt()
      } catch (error) {
        return String(error)
      }
      return ""
    }
    expect(messageOf(() => makeSandbox().approve(canary))).toMatch(/^TypeError: (?!.*canary)/)
    expect(messageOf(() => makeSandbox().approve(canary, "canary"))).toMatch(/^TypeError: (?!.*canary)/)
  })
})

describe("approving automatically", () => {
  it("happens after a while, by the sandbox's clock", async () => {
    const sandbox = makeSandbox({ autoApprove: "5 seconds" })
    const { exchange, requestToken } = clientOf(sandbox)
    const token = await requestToken()
    expect((await exchange(token)).status).toBe(401)
    sandbox.advance("5 seconds")
    expect((await exchange(token)).status).toBe(200)
  })
})

describe("memory", () => {
  it("keeps nothing of tokens that have expired", async () => {
    const sandbox = makeSandbox()
    const { call, requestToken, requestTokenV4 } = clientOf(sandbox)
    for (let round = 0; round < 100; round++) {
      for (let token = 0; token < 10; token++) await requestToken()
      await requestTokenV4()
      await call("GET", "/3/authentication/guest_session/new")
      sandbox.advance("1 day")
    }
    expect(sandbox.inspect().held).toEqual({
      requestTokens: 0,
      requestTokensV4: 0,
      sessions: 0,
      guestSessions: 0,
      accessTokens: 0,
      lists: 0
    })
  })

  it("keeps no more than its capacity, and forgets the oldest first", async () => {
    const sandbox = makeSandbox({ capacity: 3 })
    const { requestToken } = clientOf(sandbox)
    const tokens = [await requestToken(), await requestToken(), await requestToken(), await requestToken()]
    expect(sandbox.inspect().held.requestTokens).toBe(3)
    expect(() => sandbox.approve(tokens[0] ?? "")).toThrow()
    sandbox.approve(tokens[1] ?? "")
  })

  it("can be cleared", async () => {
    const sandbox = makeSandbox()
    const { call, requestToken } = clientOf(sandbox)
    const token = await requestToken()
    const session = sandbox.createSession()
    await call("POST", `/3/movie/550/rating?session_id=${session}`, { body: { value: 8 } })
    sandbox.faults.add({ fault: "maintenance" })
    sandbox.reset()
    expect(sandbox.inspect().requests).toEqual({})
    expect(sandbox.faults.list()).toEqual([])
    expect(() => sandbox.approve(token)).toThrow()
    const again = sandbox.createSession()
    expect((await call("GET", `/3/account/1/rated/movies?session_id=${again}`)).json().total_results).toBe(0)
  })
})

describe("inspecting", () => {
  it("counts requests by row, without a secret in it", async () => {
    const sandbox = makeSandbox()
    const { call, exchange, requestToken } = clientOf(sandbox)
    const token = await requestToken()
    await exchange(token)
    await exchange(token)
    await call("GET", `/3/guest_session/${"e".repeat(32)}/rated/movies`)
    await call("GET", "/3/nothing")
    const { requests } = sandbox.inspect()
    expect(requests).toEqual({
      "GET /3/authentication/token/new": 1,
      "POST /3/authentication/session/new": 2,
      "GET /3/guest_session/{guest_session_id}/rated/movies": 1,
      "GET (elsewhere)": 1
    })
    expect(JSON.stringify(sandbox.inspect())).not.toContain(token)
  })
})

describe("a sandbox", () => {
  it("needs someone and some key", () => {
    expect(() => makeSandbox({ users: [] })).toThrow("users")
    expect(() => makeSandbox({ keys: [] })).toThrow("keys")
  })

  it("shares nothing with another", async () => {
    const [one, other] = [makeSandbox(), makeSandbox()]
    expect((await clientOf(one).call("GET", "/3/authentication", { bearer: other.accessToken })).status).toBe(
      401
    )
  })
})
