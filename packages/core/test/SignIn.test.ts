/** Signing in, on a clock of TMDB's and a clock of this machine's. No test waits for real. */
import { describe, expect, it } from "@effect/vitest"
import { Cause, Deferred, Effect, Exit, Fiber, Option, Redacted, Schema, TestClock } from "effect"
import { Approval, SignIn, type TmdbClient, TmdbError } from "../src/index.js"
import { equal } from "../src/internal/equal.js"
import { plain, values } from "./Operations.js"
import {
  failing,
  failure,
  json,
  make,
  never,
  provide,
  type Reply,
  refusal,
  requestToken,
  requestTokenV4,
  sessionId,
  settle,
  text
} from "./Stub.js"

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const accountId = "4bc8892a017a3c0z92001001"

const granted = json(200, { success: true, session_id: sessionId })
const denied = refusal(401, 17, "Session denied.")
const notApproved = refusal(422, 41)
const lost = failure({ delivered: "unknown", code: "ECONNRESET" })

/** `2025-12-24 12:53:34 UTC`, as TMDB writes it. */
const written = (millis: number): string =>
  new Date(millis).toISOString().replace("T", " ").replace(".000Z", " UTC")

interface Tmdb {
  /** What TMDB says when asked for the session (v4: the access token): the n-th time, so long after the token. */
  readonly answer?: (question: number, elapsed: number) => Reply
  readonly convert?: () => Reply
  /** How far TMDB's clock is ahead of this machine's, in milliseconds. */
  readonly skew?: (elapsed: number) => number
  /** Whether its answers say when they were given: a browser cannot read that. */
  readonly dated?: boolean
}

const tmdb = ({ answer = () => denied, convert = () => granted, dated = true, skew = () => 0 }: Tmdb) => {
  let questions = 0
  let start: number | undefined
  const replies: Readonly<Record<string, (now: number, elapsed: number) => Reply>> = {
    "/3/authentication/token/new": (now) =>
      json(200, { success: true, expires_at: written(now + hour), request_token: requestToken }),
    "/4/auth/request_token": () => json(200, { success: true, request_token: requestTokenV4 }),
    "/3/authentication/session/new": (_, elapsed) => answer(++questions, elapsed),
    "/4/auth/access_token": (_, elapsed) => answer(++questions, elapsed),
    "/3/authentication/session/convert/4": convert
  }
  return make((sent) => {
    start ??= sent.at
    const elapsed = sent.at - start
    const now = sent.at + skew(elapsed)
    const reply = replies[sent.url.pathname]?.(now, elapsed) ?? text(404, "")
    if (reply._tag !== "Answer" || !dated) return reply
    return { ...reply, headers: { date: new Date(now).toUTCString(), ...reply.headers } }
  })
}

/**
 * TMDB's limiter, which lets a question through once the token is about to end:
 * an hour of waiting in a few questions.
 */
const atTheEnd =
  (lifetime: number, answer = denied) =>
  (_: number, elapsed: number): Reply => {
    const left = (lifetime - elapsed) / second
    if (left < 10) return answer
    return refusal(429, 25, "Slow.", { "retry-after": String(Math.floor(Math.min(left - 5, 1200))) })
  }

type Stub = ReturnType<typeof tmdb>

/** The times at which TMDB was asked for the session, in milliseconds after the token came. */
const questions = (stub: Stub): ReadonlyArray<number> => {
  const start = stub.sent[0]?.at ?? 0
  return stub.sent
    .filter(({ url }) => /session\/new|access_token/.test(url.pathname))
    .map(({ at }) => at - start)
}

/** A way of asking whose callback comes `after` so many milliseconds, or never. */
const asking = (outcome: Approval.Outcome, after: number): Approval.Prepared => ({
  redirectTo: "http://127.0.0.1:4000/callback",
  ask: () => Effect.delay(Effect.succeed(outcome), after)
})
const polling: Approval.Prepared = { ask: () => Effect.succeed("unknown") }

const signIn = (
  stub: Stub,
  prepared: Approval.Prepared,
  options: SignIn.Options = {},
  client: TmdbClient.Options = {}
) =>
  SignIn.signIn(options).pipe(
    Effect.provideService(Approval.Approval, { prepare: Effect.succeed(prepared) }),
    provide(stub, { retry: false, ...client })
  )

const signedIn = (exit: Exit.Exit<SignIn.SignedIn, unknown>) =>
  Exit.map(exit, (session) => Redacted.value(session.sessionId))

describe("given a callback", () => {
  it.effect("that says approved, the loop wakes and exchanges at once", () =>
    Effect.gen(function* () {
      const stub = tmdb({ answer: (_, elapsed) => (elapsed >= 30 * second ? granted : denied) })
      const exit = yield* settle(signIn(stub, asking("approved", 30 * second)), "30 seconds")
      expect(signedIn(exit)).toEqual(Exit.succeed(sessionId))
      expect(questions(stub).at(-1)).toBe(30 * second)
    })
  )

  it.effect("that says denied, it ends at once and asks TMDB no more", () =>
    Effect.gen(function* () {
      const stub = tmdb({})
      const error = yield* failing(signIn(stub, asking("denied", second)), "1 second")
      expect(error._tag).toBe("ApprovalDenied")
      expect(questions(stub)).toEqual([])
    })
  )

  it.effect("that says approved, TMDB's own answer may trail it by a moment", () =>
    Effect.gen(function* () {
      const stub = tmdb({ answer: (question) => (question === 3 ? granted : denied) })
      const exit = yield* settle(signIn(stub, asking("approved", 0)), "10 seconds")
      expect(signedIn(exit)).toEqual(Exit.succeed(sessionId))
    })
  )

  it.effect("that says approved when TMDB goes on denying, the error is TMDB's", () =>
    Effect.gen(function* () {
      const stub = tmdb({})
      const error = yield* failing(signIn(stub, asking("approved", 0)), "10 seconds")
      expect(error).toMatchObject({ _tag: "SessionDenied", tmdbCode: 17 })
      expect(questions(stub)).toHaveLength(3)
    })
  )

  it.effect("while TMDB is being asked, the question is not interrupted, and no other is under way", () =>
    Effect.gen(function* () {
      const stub = tmdb({ answer: (question) => (question === 1 ? never() : granted) })
      const fiber = yield* Effect.fork(signIn(stub, asking("approved", 3 * second)))
      yield* TestClock.adjust("11 seconds")
      expect(stub.sent).toHaveLength(2)
      expect(stub.sent[1]?.signal.aborted).toBe(false)
      yield* TestClock.adjust("5 seconds")
      expect(Redacted.value((yield* Fiber.join(fiber)).sessionId)).toBe(sessionId)
      expect(stub.open.most).toBe(1)
    })
  )
})

describe("given no callback", () => {
  it.effect("it asks TMDB politely: after 2 seconds, then less and less often, every 10 at last", () =>
    Effect.gen(function* () {
      const stub = tmdb({ answer: (_, elapsed) => (elapsed > 5 * minute ? granted : denied) })
      const exit = yield* settle(signIn(stub, polling), "6 minutes")
      expect(signedIn(exit)).toEqual(Exit.succeed(sessionId))
      const times = questions(stub)
      const gaps = times.map((at, index) => Math.round(at - (times[index - 1] ?? 0)))
      expect(gaps.slice(0, 4)).toEqual([2000, 2500, 3125, 3906])
      expect(gaps.every((gap, index) => gap <= 10 * second && gap >= (gaps[index - 1] ?? 0))).toBe(true)
      expect(gaps.at(-1)).toBe(10 * second)
      expect(stub.open.most).toBe(1)
    })
  )

  it.effect("a refusal cannot be seen: it ends when the token expires", () =>
    Effect.gen(function* () {
      const error = yield* failing(signIn(tmdb({ answer: atTheEnd(hour) }), polling))
      expect(error).toMatchObject({ _tag: "ApprovalExpired", operation: "signIn" })
      expect(error.httpStatus).toBeUndefined()
    })
  )
})

describe("the end of the token", () => {
  /** When the sign-in ended, in milliseconds after the token came, and TMDB's last question before that. */
  const ending = (stub: Stub, options: SignIn.Options = {}) =>
    Effect.gen(function* () {
      const started = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
      const ended = yield* Deferred.make<number>()
      const fiber = yield* signIn(stub, polling, options).pipe(
        Effect.ensuring(
          Effect.flatMap(
            Effect.clockWith((clock) => clock.currentTimeMillis),
            (now) => Deferred.succeed(ended, now - started)
          )
        ),
        Effect.fork
      )
      yield* TestClock.adjust("3 hours")
      const error = yield* Effect.flip(Fiber.join(fiber))
      return { tag: error._tag, at: yield* Deferred.await(ended) }
    })

  const lifetimes = [
    [3, hour],
    [4, 15 * minute]
  ] as const
  const skews: ReadonlyArray<readonly [string, number, boolean]> = [
    ["right", 0, true],
    ["two hours slow", 2 * hour, true],
    ["two hours fast", -2 * hour, true],
    ["years off", -40 * 365 * 24 * hour, true],
    ["years off, where TMDB's date cannot be read", 40 * 365 * 24 * hour, false]
  ]
  /** HTTP's dates are whole seconds, so TMDB's clock is known to one. */
  const expectExpiry = (ended: { readonly tag: string; readonly at: number }, at: number) => {
    expect(ended.tag).toBe("ApprovalExpired")
    expect(ended.at).toBeGreaterThanOrEqual(at)
    expect(ended.at).toBeLessThanOrEqual(at + second)
  }

  for (const [version, lifetime] of lifetimes) {
    it.effect.each(skews)(`of version ${version} is TMDB's, with a clock that is %s`, ([_, skew, dated]) =>
      Effect.gen(function* () {
        yield* TestClock.setTime(Date.parse("2025-12-24T12:00:00Z"))
        const answer = atTheEnd(lifetime, version === 3 ? denied : notApproved)
        const stub = tmdb({ answer, skew: () => skew, dated })
        expectExpiry(yield* ending(stub, { version }), lifetime)
        expect(questions(stub).at(-1)).toBeGreaterThanOrEqual(lifetime - second)
      })
    )
  }

  it.effect.each<readonly [string, number, number]>([
    ["forward", -49 * minute, 109 * minute],
    ["back", 39 * minute, 21 * minute]
  ])("is TMDB's when this machine's clock is set %s while the person decides", ([_, skew, at]) =>
    Effect.gen(function* () {
      const stub = tmdb({ answer: atTheEnd(at), skew: (elapsed) => (elapsed < 10 * minute ? 0 : skew) })
      expectExpiry(yield* ending(stub), at)
    })
  )

  it.effect("is this machine's when TMDB's dates stand still", () =>
    Effect.gen(function* () {
      const headers = { date: "Thu, 01 Jan 1970 00:00:01 GMT", "retry-after": "600" }
      const stub = tmdb({ answer: () => refusal(429, 25, "Slow.", headers) })
      expect((yield* ending(stub)).at).toBeLessThan(hour + minute)
    })
  )

  it.effect("comes sooner when the sign-in is not to wait so long, and no later", () =>
    Effect.gen(function* () {
      expectExpiry(yield* ending(tmdb({}), { timeout: "1 minute" }), minute)
      expectExpiry(yield* ending(tmdb({ answer: atTheEnd(hour) }), { timeout: "5 hours" }), hour)
    })
  )

  it.effect("cannot be set to what is no duration", () =>
    Effect.gen(function* () {
      const stub = tmdb({})
      const error = yield* failing(signIn(stub, polling, { timeout: "soon" as "1 second" }), 0)
      expect(error._tag).toBe("InvalidConfiguration")
      expect(stub.sent).toEqual([])
    })
  )
})

describe("trouble on the way", () => {
  it.effect.each<readonly [string, Reply]>([
    ["a rate limit", refusal(429, 25)],
    ["a rate limit that asks for a minute", refusal(429, 25, "Slow.", { "retry-after": "60" })],
    ["a 500", refusal(500, 11)],
    ["a 503 in HTML", text(503, "<html>")],
    ["a lost reply", lost],
    ["no connection", failure({ delivered: "no", code: "ECONNREFUSED" })],
    ["an answer that does not come", never()]
  ])("%s does not end it", ([_, reply]) =>
    Effect.gen(function* () {
      const stub = tmdb({ answer: (question) => (question <= 3 ? reply : granted) })
      expect(signedIn(yield* settle(signIn(stub, polling), "5 minutes"))).toEqual(Exit.succeed(sessionId))
      const afterwards = tmdb({ answer: (question) => (question === 1 ? reply : granted) })
      const woken = yield* settle(signIn(afterwards, asking("approved", 3 * second)), "5 minutes")
      expect(signedIn(woken)).toEqual(Exit.succeed(sessionId))
    })
  )

  it.effect("that asks for a pause gets it, but for a callback", () =>
    Effect.gen(function* () {
      const limited = refusal(429, 25, "Slow.", { "retry-after": "60" })
      const answer = (question: number) => (question === 1 ? limited : granted)
      const alone = tmdb({ answer })
      yield* settle(signIn(alone, polling), "2 minutes")
      expect(questions(alone)).toEqual([2 * second, 62 * second])
      const called = tmdb({ answer })
      yield* settle(signIn(called, asking("approved", 20 * second)), "2 minutes")
      expect(questions(called)).toEqual([2 * second, 20 * second])
    })
  )

  it.effect.each<readonly [string, Reply, string]>([
    ["a refused credential", refusal(401, 7), "InvalidCredentials"],
    ["a suspended one", refusal(401, 10), "SuspendedCredentials"],
    ["a wrong request", refusal(400, 18), "InvalidRequest"],
    ["an answer that is none of TMDB's", text(200, "<html>"), "UnexpectedResponse"]
  ])("that waiting does not mend ends it: %s", ([_, reply, tag]) =>
    Effect.gen(function* () {
      const stub = tmdb({ answer: () => reply })
      expect((yield* failing(signIn(stub, polling), "3 seconds"))._tag).toBe(tag)
      expect(questions(stub)).toHaveLength(1)
    })
  )
})

describe("a reply that was lost, and nothing but code 17 from then on", () => {
  it.effect.each<readonly [string, Reply, string]>([
    ["a reset", lost, "ConnectionFailed"],
    ["a timeout", never("unknown"), "TimedOut"]
  ])("is the error when the token expires: %s", ([_, reply, tag]) =>
    Effect.gen(function* () {
      const later = atTheEnd(hour)
      const stub = tmdb({
        answer: (question, elapsed) =>
          question === 2 ? reply : question < 5 ? denied : later(question, elapsed)
      })
      expect(yield* failing(signIn(stub, polling))).toMatchObject({ _tag: tag, delivered: "unknown" })
      expect(questions(stub).at(-1)).toBeGreaterThan(hour - second)
    })
  )

  it.effect("is the error at once after a callback that says approved", () =>
    Effect.gen(function* () {
      const stub = tmdb({ answer: (question) => (question === 1 ? lost : denied) })
      const error = yield* failing(signIn(stub, asking("approved", 3 * second)), "3 seconds")
      expect(error).toMatchObject({ _tag: "ConnectionFailed", delivered: "unknown" })
      expect(questions(stub)).toHaveLength(2)
    })
  )

  it.effect("is forgotten when the session comes after all", () =>
    Effect.gen(function* () {
      const stub = tmdb({ answer: (question) => [lost, denied, granted][question - 1] ?? denied })
      expect(signedIn(yield* settle(signIn(stub, polling), "1 minute"))).toEqual(Exit.succeed(sessionId))
    })
  )

  it.effect("is no loss when nothing was sent", () =>
    Effect.gen(function* () {
      const refused = failure({ delivered: "no", code: "ECONNREFUSED" })
      const later = atTheEnd(hour)
      const stub = tmdb({
        answer: (question, elapsed) => (question === 1 ? refused : later(question, elapsed))
      })
      expect((yield* failing(signIn(stub, polling)))._tag).toBe("ApprovalExpired")
    })
  )
})

describe("the way of asking", () => {
  it.effect("is prepared before there is a token, told the URL and the pending record, and put away", () =>
    Effect.gen(function* () {
      const stub = tmdb({ answer: () => granted })
      const seen: Array<unknown> = []
      const prepare = Effect.gen(function* () {
        seen.push(["prepared", stub.sent.length])
        yield* Effect.addFinalizer(() => Effect.sync(() => seen.push("put away")))
        return {
          redirectTo: "http://127.0.0.1:4000/callback",
          ask: (url: string, pending: Approval.Pending) =>
            Effect.sync(() => {
              seen.push(url, Redacted.value(pending.requestToken))
              return "approved" as const
            })
        }
      })
      yield* SignIn.signIn().pipe(Effect.provideService(Approval.Approval, { prepare }), provide(stub))
      expect(seen).toEqual([
        ["prepared", 0],
        `https://www.themoviedb.org/authenticate/${requestToken}?redirect_to=http%3A%2F%2F127.0.0.1%3A4000%2Fcallback`,
        requestToken,
        "put away"
      ])
    })
  )

  const broken = new TmdbError.ApprovalFailed({ operation: "signIn", what: "No browser", next: "Open one" })

  it.effect("that cannot be prepared costs no token", () =>
    Effect.gen(function* () {
      const stub = tmdb({})
      const error = yield* SignIn.signIn().pipe(
        Effect.provideService(Approval.Approval, { prepare: Effect.fail(broken) }),
        provide(stub),
        Effect.flip
      )
      expect(error).toBe(broken)
      expect(stub.sent).toEqual([])
    })
  )

  it.effect("that fails later ends the sign-in", () =>
    Effect.gen(function* () {
      const failingLater = { ask: () => Effect.delay(Effect.fail(broken), "5 seconds") }
      expect(yield* failing(signIn(tmdb({}), failingLater), "5 seconds")).toBe(broken)
    })
  )

  it.effect("is interrupted with the sign-in, and when TMDB was quicker", () =>
    Effect.gen(function* () {
      let ended = 0
      const waiting: Approval.Prepared = {
        ask: () =>
          Effect.ensuring(
            Effect.never,
            Effect.sync(() => {
              ended += 1
            })
          )
      }
      const stub = tmdb({})
      const fiber = yield* Effect.fork(signIn(stub, waiting))
      yield* TestClock.adjust("1 minute")
      const exit = yield* Fiber.interrupt(fiber)
      expect(Exit.isFailure(exit) && Cause.isInterruptedOnly(exit.cause)).toBe(true)
      expect([ended, stub.open.now]).toEqual([1, 0])
      const asked = stub.sent.length
      yield* TestClock.adjust("1 hour")
      expect(stub.sent).toHaveLength(asked)

      yield* settle(signIn(tmdb({ answer: () => granted }), waiting), "1 minute")
      expect(ended).toBe(2)
    })
  )

  it.effect("layerShow shows the URL, and TMDB alone is asked", () =>
    Effect.gen(function* () {
      const shown: Array<string> = []
      const stub = tmdb({ answer: (question) => (question === 2 ? granted : denied) })
      const show = (url: string) => Effect.sync(() => void shown.push(url))
      const exit = yield* settle(
        SignIn.signIn().pipe(Effect.provide(Approval.layerShow(show)), provide(stub)),
        "1 minute"
      )
      expect(signedIn(exit)).toEqual(Exit.succeed(sessionId))
      expect(shown).toEqual([`https://www.themoviedb.org/authenticate/${requestToken}`])
    })
  )
})

describe("the events", () => {
  const told = (stub: Stub, prepared: Approval.Prepared, until: number) =>
    Effect.gen(function* () {
      const events: Array<string> = []
      const onEvent = (event: SignIn.SignInEvent) =>
        Effect.sync(() => {
          const { _tag, ...rest } = JSON.parse(JSON.stringify(event))
          const [value] = Object.values<{ readonly millis?: number } | string>(rest)
          events.push([_tag, typeof value === "object" ? value.millis : value].join(" ").trim())
        })
      yield* settle(signIn(stub, prepared, { onEvent }), until)
      return events
    })
  const url = `https://www.themoviedb.org/authenticate/${requestToken}`

  it.effect("tell each step of a sign-in with a callback", () =>
    Effect.gen(function* () {
      const stub = tmdb({ answer: (_, elapsed) => (elapsed >= 3 * second ? granted : denied) })
      expect(yield* told(stub, asking("approved", 3 * second), minute)).toEqual([
        `TokenIssued ${hour}`,
        `ApprovalRequested ${url}?redirect_to=http%3A%2F%2F127.0.0.1%3A4000%2Fcallback`,
        "Exchanging",
        `Waiting ${hour - 2 * second}`,
        "CallbackReceived approved",
        "Exchanging",
        "SignedIn"
      ])
    })
  )

  it.effect("name no callback where none came", () =>
    Effect.gen(function* () {
      expect(yield* told(tmdb({ answer: () => granted }), polling, minute)).toEqual([
        `TokenIssued ${hour}`,
        `ApprovalRequested ${url}`,
        "Exchanging",
        "SignedIn"
      ])
      expect((yield* told(tmdb({}), asking("denied", 0), minute)).at(-1)).toBe("CallbackReceived denied")
    })
  )
})

describe("version 4", () => {
  const accessToken = json(200, {
    success: true,
    access_token: values.userAccessToken,
    account_id: accountId
  })

  it.effect("yields the access token, the account and the session it converts to", () =>
    Effect.gen(function* () {
      const stub = tmdb({ answer: (question) => (question === 2 ? accessToken : notApproved) })
      const exit = yield* settle(signIn(stub, asking("unknown", 0), { version: 4 }), "1 minute")
      const session = Exit.isSuccess(exit) ? exit.value : undefined
      expect(session?.accountId).toBe(accountId)
      expect(Option.fromNullable(session?.accessToken).pipe(Option.map(Redacted.value))).toEqual(
        Option.some(values.userAccessToken)
      )
      expect(signedIn(exit)).toEqual(Exit.succeed(sessionId))
      expect(stub.sent.map(({ body }) => JSON.parse(body ?? "null"))).toEqual([
        { redirect_to: "http://127.0.0.1:4000/callback" },
        { request_token: requestTokenV4 },
        { request_token: requestTokenV4 },
        { access_token: values.userAccessToken }
      ])
    })
  )

  it.effect("asks on while TMDB does not know the token yet, or no more", () =>
    Effect.gen(function* () {
      const stub = tmdb({ answer: (question) => (question < 3 ? refusal(401, 33) : accessToken) })
      const exit = yield* settle(signIn(stub, polling, { version: 4 }), "1 minute")
      expect(signedIn(exit)).toEqual(Exit.succeed(sessionId))
    })
  )

  it.effect.each<readonly [string, Reply, string]>([
    ["TMDB is down", refusal(500, 11), "ServiceUnavailable"],
    ["the reply is lost", lost, "ConnectionFailed"],
    ["TMDB takes too long", never(), "TimedOut"],
    ["TMDB asks for fewer requests", refusal(429, 25), "RateLimited"],
    ["TMDB refuses the token", refusal(401, 35), "InvalidAccessToken"],
    ["the answer is none of TMDB's", text(200, "<html>"), "UnexpectedResponse"]
  ])("whose conversion fails does not lose what was granted: %s", ([_, reply, tag]) =>
    Effect.gen(function* () {
      const stub = tmdb({ answer: () => accessToken, convert: () => reply })
      const error = yield* failing(signIn(stub, polling, { version: 4 }), "1 minute")
      expect(error._tag).toBe(tag)
      expect(error.granted?.accountId).toBe(accountId)
      expect(error.granted && Redacted.value(error.granted.accessToken)).toBe(values.userAccessToken)
      expect(questions(stub)).toHaveLength(1)
      expect(Object.keys(error)).not.toContain("granted")
      expect(JSON.stringify(error)).not.toContain(values.userAccessToken)
    })
  )

  it.effect("repeats the conversion, which is safe, by itself", () =>
    Effect.gen(function* () {
      let conversions = 0
      const convert = () => (++conversions < 3 ? refusal(500, 11) : granted)
      const stub = tmdb({ answer: () => accessToken, convert })
      const exit = yield* settle(signIn(stub, polling, { version: 4 }, { retry: {} }), "1 minute")
      expect(signedIn(exit)).toEqual(Exit.succeed(sessionId))
      expect(questions(stub)).toHaveLength(1)
    })
  )

  it.effect("needs an access token of the app: an API key is refused before any request", () =>
    Effect.gen(function* () {
      const stub = tmdb({})
      const apiKey = { accessToken: undefined, apiKey: "0123456789abcdef0123456789abcdef" }
      const error = yield* Effect.flip(signIn(stub, polling, { version: 4 }, apiKey))
      expect(error._tag).toBe("InvalidConfiguration")
      expect(stub.sent).toEqual([])
    })
  )
})

describe("in two halves, for servers", () => {
  const redirectTo = "https://app.example/signed-in"
  const throughJson = (pending: Approval.Pending) =>
    Schema.decodeSync(Schema.parseJson(Approval.Pending))(
      Schema.encodeSync(Schema.parseJson(Approval.Pending))(pending)
    )
  const begun = (stub: Stub, version: 3 | 4 = 3) =>
    SignIn.begin({ redirectTo, version }).pipe(provide(stub, { retry: false }))
  const completed = (stub: Stub, query: string, version: 3 | 4 = 3) =>
    Effect.gen(function* () {
      const { pending } = yield* begun(stub, version)
      return yield* SignIn.complete(redirectTo + query, throughJson(pending)).pipe(
        provide(stub, { retry: false })
      )
    })

  it.effect("begin gives the URL and a record that survives JSON", () =>
    Effect.gen(function* () {
      const { approvalUrl, pending } = yield* begun(tmdb({}))
      expect(approvalUrl).toBe(
        `https://www.themoviedb.org/authenticate/${requestToken}?redirect_to=https%3A%2F%2Fapp.example%2Fsigned-in`
      )
      expect(yield* Schema.encode(Approval.Pending)(pending)).toEqual({
        version: 3,
        requestToken,
        expiresAt: hour,
        apiUrl: "https://api.themoviedb.org"
      })
      expect(plain(throughJson(pending))).toEqual(plain(pending))
      expect(JSON.stringify(pending)).not.toContain(requestToken)
      expect((yield* begun(tmdb({}), 4)).approvalUrl).toBe(
        `https://www.themoviedb.org/auth/access?request_token=${requestTokenV4}`
      )
    })
  )

  it.effect.each([
    `?request_token=${requestToken}&approved=true`,
    `?approved=true&request_token=${requestToken}`,
    `?request_token=${requestToken}`,
    `?request_token=${requestToken}&denied=false`,
    "?approved=true",
    "",
    "#fragment"
  ])("complete takes %j for an approval, and lets TMDB judge", (query) =>
    Effect.gen(function* () {
      const session = yield* completed(tmdb({ answer: () => granted }), query)
      expect(Redacted.value(session.sessionId)).toBe(sessionId)
    })
  )

  it.effect("complete takes a path and query as a server has them", () =>
    Effect.gen(function* () {
      const stub = tmdb({ answer: () => granted })
      const { pending } = yield* begun(stub)
      const path = `/signed-in?request_token=${requestToken}&approved=true`
      const session = yield* SignIn.complete(path, pending).pipe(provide(stub))
      expect(Redacted.value(session.sessionId)).toBe(sessionId)
    })
  )

  const another = requestToken.replace("1", "2")
  it.effect.each<readonly [query: string, tag: string]>([
    [`?request_token=${requestToken}&denied=true`, "ApprovalDenied"],
    ["?denied=true", "ApprovalDenied"],
    [`?request_token=${requestToken}&approved=true&denied=true`, "ApprovalDenied"],
    [`?request_token=${another}&approved=true`, "ApprovalFailed"],
    [`?request_token=${another}&denied=true`, "ApprovalFailed"],
    [`?request_token=${requestToken}&request_token=${another}`, "ApprovalFailed"],
    [`?request_token=${another}&request_token=${requestToken}`, "ApprovalFailed"],
    [`?request_token=${requestToken.toUpperCase()}`, "ApprovalFailed"],
    [`?request_token=${requestToken}x`, "ApprovalFailed"],
    [`?request_token=${requestToken.slice(0, -1)}`, "ApprovalFailed"],
    ["?request_token=", "ApprovalFailed"]
  ])("complete refuses %s with %s, and asks TMDB nothing", ([query, tag]) =>
    Effect.gen(function* () {
      const stub = tmdb({ answer: () => granted })
      const error = yield* Effect.flip(completed(stub, query))
      expect(error._tag).toBe(tag)
      expect(`${error.message}${error.stack}`).not.toContain(another)
      expect(questions(stub)).toEqual([])
    })
  )

  it.effect("complete of what is no URL is refused", () =>
    Effect.gen(function* () {
      const stub = tmdb({ answer: () => granted })
      const { pending } = yield* begun(stub)
      const error = yield* SignIn.complete("http://[", pending).pipe(provide(stub), Effect.flip)
      expect(error._tag).toBe("ApprovalFailed")
    })
  )

  it("the tokens are compared in full, so that the time it takes tells nothing", () => {
    const compared = (left: string, right: string) => {
      let read = 0
      const counting = {
        length: left.length,
        charCodeAt: (index: number) => {
          read += 1
          return left.charCodeAt(index)
        }
      }
      return [equal(counting as unknown as string, right), read]
    }
    expect(compared("abcdef", "abcdef")).toEqual([true, 6])
    expect(compared("abcdef", "Xbcdef")).toEqual([false, 6])
    expect(compared("abcdef", "abcdeX")).toEqual([false, 6])
    expect(equal("abc", "abcd")).toBe(false)
  })

  it.effect("complete tells too late from not approved", () =>
    Effect.gen(function* () {
      expect((yield* Effect.flip(completed(tmdb({}), "")))._tag).toBe("SessionDenied")
      const stub = tmdb({})
      const { pending } = yield* begun(stub)
      yield* TestClock.adjust("60 minutes")
      const error = yield* SignIn.complete(redirectTo, pending).pipe(provide(stub), Effect.flip)
      expect(error._tag).toBe("ApprovalExpired")
    })
  )

  it.effect("complete never sends the token to another API than its own", () =>
    Effect.gen(function* () {
      const stub = tmdb({ answer: () => granted })
      const { pending } = yield* begun(stub)
      const error = yield* SignIn.complete(redirectTo, pending).pipe(
        provide(stub, { apiUrl: "https://elsewhere.example" }),
        Effect.flip
      )
      expect(error._tag).toBe("ApprovalFailed")
      expect(questions(stub)).toEqual([])
    })
  )

  it.effect("complete works for version 4, whose callback carries no token, and keeps what was granted", () =>
    Effect.gen(function* () {
      const answer = () =>
        json(200, { success: true, access_token: values.userAccessToken, account_id: accountId })
      const session = yield* completed(tmdb({ answer }), "", 4)
      expect(session.accountId).toBe(accountId)
      expect(Redacted.value(session.sessionId)).toBe(sessionId)
      const stub = tmdb({ answer, convert: () => refusal(500, 11) })
      const error = yield* Effect.flip(completed(stub, "", 4))
      expect(error.granted && Redacted.value(error.granted.accessToken)).toBe(values.userAccessToken)
    })
  )
})

describe("signing out", () => {
  const session = { sessionId: Redacted.make(sessionId) }
  const v4 = { ...session, accessToken: Redacted.make(values.userAccessToken), accountId }
  const done = json(200, { success: true })
  const signOut = (signedIn: SignIn.SignedIn, replies: Readonly<Record<string, Reply>>) =>
    Effect.gen(function* () {
      const stub = make(({ url }) => replies[url.pathname] ?? done)
      const exit = yield* settle(SignIn.signOut(signedIn).pipe(provide(stub)), "1 minute")
      return {
        exit,
        ended: stub.sent.map(({ body, url }) => [url.pathname, Object.values(JSON.parse(body ?? "{}"))[0]])
      }
    })
  const session3 = ["/3/authentication/session", sessionId]
  const token4 = ["/4/auth/access_token", values.userAccessToken]

  it.effect("ends the session, and of version 4 the access token too", () =>
    Effect.gen(function* () {
      expect(yield* signOut(session, {})).toEqual({ exit: Exit.void, ended: [session3] })
      expect(yield* signOut(v4, {})).toEqual({ exit: Exit.void, ended: [session3, token4] })
    })
  )

  it.effect("takes what TMDB no longer knows for ended", () =>
    Effect.gen(function* () {
      const gone = { "/3/authentication/session": refusal(404, 37), "/4/auth/access_token": refusal(401, 35) }
      expect(yield* signOut(v4, gone)).toEqual({ exit: Exit.void, ended: [session3, token4] })
    })
  )

  it.effect("ends the access token even if the session could not be ended, and says so", () =>
    Effect.gen(function* () {
      const { ended, exit } = yield* signOut(v4, { "/3/authentication/session": refusal(500, 11) })
      expect(ended).toEqual([session3, token4])
      expect(Exit.isFailure(exit) && Cause.squash(exit.cause)).toMatchObject({
        _tag: "ServiceUnavailable",
        operation: "deleteSession"
      })
    })
  )
})
