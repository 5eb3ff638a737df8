/** Never burn a token, never hang: what is repeated, after how long, and when it ends. No test waits for real. */
import { describe, expect, it } from "@effect/vitest"
import { Cause, Chunk, Duration, Effect, Exit, Fiber, Option, Random, Supervisor, TestClock } from "effect"
import { createSession, type TmdbClient, type TmdbError } from "../src/index.js"
import { operations } from "./Operations.js"
import {
  bytes,
  failing,
  failure,
  inTurn,
  json,
  never,
  provide,
  type Reply,
  refusal,
  requestToken,
  settle,
  text,
  utf8
} from "./Stub.js"

const maintenance = refusal(503, 46, "The API is undergoing maintenance. Try again later.")
const html = text(503, "<html>Back-end server is at capacity</html>")
const cut = bytes(200, [utf8('{"success"')], {}, "cut")
const limited = (retryAfter?: string, headers = {}) =>
  refusal(429, 25, "Slow.", retryAfter === undefined ? headers : { "retry-after": retryAfter, ...headers })

/** How many requests a reply leads to, when it is what every request gets, and the error it ends in. */
const outcome = (
  call: Effect.Effect<unknown, TmdbError.TmdbError, TmdbClient.TmdbClient>,
  reply: Reply,
  options: TmdbClient.Options = {}
) =>
  Effect.gen(function* () {
    const stub = inTurn(reply)
    const error = yield* failing(call.pipe(provide(stub, options)), "1 minute")
    expect(stub.open.now).toBe(0)
    return { requests: stub.sent.length, tag: error._tag, error }
  })

describe.each(operations)("$name", ({ answer, call, consuming }) => {
  const ifSafe = consuming ? 1 : 3

  it.effect.each<readonly [string, Reply, number, string]>([
    ["a lost reply", failure({ delivered: "unknown", code: "ECONNRESET" }), ifSafe, "ConnectionFailed"],
    ["a failure the adapter says nothing of", failure({ code: "ECONNRESET" }), ifSafe, "ConnectionFailed"],
    ["a body cut short", bytes(200, [utf8("{")], {}, "cut"), ifSafe, "ConnectionFailed"],
    ["no connection", failure({ delivered: "no", code: "ECONNREFUSED" }), 3, "ConnectionFailed"],
    ["429", limited(), 3, "RateLimited"],
    ["429 without a code", text(429, "slow down"), 3, "RateLimited"],
    ["code 25", refusal(200, 25), 3, "RateLimited"],
    ["503 with a code", maintenance, 3, "ServiceUnavailable"],
    ["503 in HTML", html, ifSafe, "ServiceUnavailable"],
    ["503 without a code", json(503, { success: false }), ifSafe, "ServiceUnavailable"],
    ["500 with a code", refusal(500, 11), ifSafe, "ServiceUnavailable"],
    ["502", refusal(502, 43), ifSafe, "ServiceUnavailable"],
    ["504", refusal(504, 24), ifSafe, "ServiceUnavailable"],
    ["a code of maintenance at another status", refusal(500, 46), ifSafe, "ServiceUnavailable"],
    ["a refused credential", refusal(401, 7), 1, "InvalidCredentials"],
    ["a bad request", refusal(400, 18), 1, "InvalidRequest"],
    ["nothing there", text(404, ""), 1, "NotFound"],
    [
      "an answer that is none of TMDB's",
      text(200, "<html>sign in to the network</html>"),
      1,
      "UnexpectedResponse"
    ]
  ])("%s", ([, reply, requests, tag]) =>
    Effect.gen(function* () {
      expect(yield* outcome(call, reply)).toMatchObject({ requests, tag })
    })
  )

  it.effect("goes on once TMDB answers again", () =>
    Effect.gen(function* () {
      const stub = inTurn(maintenance, failure({ delivered: "no" }), json(200, answer))
      const exit = yield* settle(call.pipe(provide(stub)), "1 minute")
      expect(Exit.isSuccess(exit)).toBe(true)
      expect(stub.sent).toHaveLength(3)
    })
  )

  it.effect("after no connection and then a lost reply, is not sent again unless a repeat is safe", () =>
    Effect.gen(function* () {
      const stub = inTurn(failure({ delivered: "no" }), failure({ delivered: "unknown" }))
      const error = yield* failing(call.pipe(provide(stub)), "1 minute")
      expect(error).toMatchObject({ _tag: "ConnectionFailed", delivered: "unknown" })
      expect(stub.sent).toHaveLength(consuming ? 2 : 3)
    })
  )

  it.effect("does not answer in time: one request, aborted, delivered as far as the adapter knows", () =>
    Effect.gen(function* () {
      for (const delivered of [undefined, "unknown", "no"] as const) {
        const stub = inTurn(never(delivered))
        const error = yield* failing(call.pipe(provide(stub)), "10 seconds")
        expect(error).toMatchObject({ _tag: "TimedOut", delivered: delivered ?? "unknown" })
        expect(error.httpStatus).toBeUndefined()
        expect(stub.sent.map(({ signal }) => signal.aborted)).toEqual([true])
        expect(stub.open.now).toBe(0)
      }
    })
  )
})

const guest = operations.find(({ name }) => name === "createGuestSession")!.call

describe("a lost reply to createSession", () => {
  it.effect("says that the session may exist", () =>
    Effect.gen(function* () {
      const { error, requests } = yield* outcome(
        createSession(requestToken),
        failure({ delivered: "unknown", code: "ECONNRESET" })
      )
      expect(requests).toBe(1)
      expect(error).toMatchObject({ _tag: "ConnectionFailed", reason: "reset", delivered: "unknown" })
      expect(error.message).toContain("TMDB may still have acted on the request")
    })
  )

  it.effect("is told from a request that never left", () =>
    Effect.gen(function* () {
      const { error } = yield* outcome(
        createSession(requestToken),
        failure({ delivered: "no", code: "ECONNREFUSED" })
      )
      expect(error).toMatchObject({ _tag: "ConnectionFailed", reason: "refused", delivered: "no" })
      expect(error.message).not.toContain("may have acted")
    })
  )

  it.effect("does not take over what was known of the request before it", () =>
    Effect.gen(function* () {
      const stub = inTurn(failure({ delivered: "no", code: "ECONNREFUSED" }), failure({ code: "ECONNRESET" }))
      const error = yield* failing(createSession(requestToken).pipe(provide(stub)))
      expect(stub.sent).toHaveLength(2)
      expect(error).toMatchObject({ _tag: "ConnectionFailed", delivered: "unknown" })
    })
  )

  it.effect("whose answer was cut short was delivered, whatever the adapter noted while it connected", () =>
    Effect.gen(function* () {
      const noting = inTurn({ ...cut, delivered: "no" })
      const error = yield* failing(createSession(requestToken).pipe(provide(noting)), "1 minute")
      expect(error).toMatchObject({ _tag: "ConnectionFailed", reason: "reset", delivered: "unknown" })
      expect(noting.sent).toHaveLength(1)
    })
  )
})

describe("the waits", () => {
  /** When each request went out, in milliseconds, for a reply that every request gets. */
  const times = (reply: Reply, options: TmdbClient.Options = {}, random: number | string = 0.5) =>
    Effect.gen(function* () {
      const stub = inTurn(reply)
      yield* failing(guest.pipe(provide(stub, options)))
      return stub.sent.map(({ at }) => at)
    }).pipe(Effect.withRandom(typeof random === "number" ? Random.fixed([random]) : Random.make(random)))

  it.effect("double from a quarter of a second, with full jitter", () =>
    Effect.gen(function* () {
      const options = { retry: { attempts: 6 }, timeout: "1 minute" } as const
      expect(yield* times(maintenance, options, 0.5)).toEqual([0, 125, 375, 875, 1875, 3875])
      yield* TestClock.setTime(0)
      expect(yield* times(maintenance, options, 0)).toEqual([0, 0, 0, 0, 0, 0])
    })
  )

  it.effect("come from `Random`, so that a seed decides them", () =>
    Effect.gen(function* () {
      const runs: Array<ReadonlyArray<number>> = []
      for (const seed of ["one", "one", "two"]) {
        yield* TestClock.setTime(0)
        runs.push(yield* times(maintenance, {}, seed))
      }
      expect(runs[0]).toEqual(runs[1])
      expect(runs[0]).not.toEqual(runs[2])
    })
  )

  it.effect("are never longer than `maxDelay`", () =>
    Effect.gen(function* () {
      const options = { retry: { attempts: 5, maxDelay: "300 millis" }, timeout: "1 hour" } as const
      const jitter = yield* times(maintenance, options, 0.999)
      expect(
        jitter
          .slice(1)
          .map((at, index) => at - (jitter[index] ?? 0))
          .every((gap) => gap <= 300)
      ).toBe(true)
      expect(jitter.at(-1)).toBeGreaterThan(1100)
    })
  )

  it.effect("are as long as TMDB asks, even where that is longer than `maxDelay`", () =>
    Effect.gen(function* () {
      const options = { retry: { attempts: 2, maxDelay: "4 seconds" }, timeout: "1 hour" } as const
      expect(yield* times(limited("30"), options)).toEqual([0, 30_000])
    })
  )

  it.effect("are as long as TMDB asks: in seconds", () =>
    Effect.gen(function* () {
      expect(yield* times(limited("2"))).toEqual([0, 2000, 4000])
    })
  )

  it.effect("are as long as TMDB asks: until a date, by TMDB's clock or else by this machine's", () =>
    Effect.gen(function* () {
      const until = "Wed, 24 Dec 2025 12:00:03 GMT"
      const dated = { date: "Wed, 24 Dec 2025 12:00:00 GMT" }
      expect(yield* times(limited(until, dated))).toEqual([0, 3000, 6000])
      yield* TestClock.setTime(Date.parse("2025-12-24T12:00:01Z"))
      const [first = 0, second = 0] = yield* times(limited(until))
      expect(second - first).toBe(2000)
    })
  )

  it.effect.each(["-5", "1.5", "soon", "", " ", "1e3", "0x10", "+2", "2 seconds", "NaN", "Infinity", "2001"])(
    "are our own when it asks for %j",
    (value) =>
      Effect.gen(function* () {
        const gaps = yield* times(limited(value))
        // 2001 is a number of seconds, and outlasts the timeout.
        expect(gaps).toEqual(value === "2001" ? [0] : [0, 125, 375])
      })
  )

  it.effect("are none when the date it names is past", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.parse("2025-12-24T12:00:00Z"))
      const [first = 0, second = 0] = yield* times(limited("Wed, 24 Dec 2025 11:00:00 GMT"))
      expect(second - first).toBe(0)
    })
  )
})

describe("a wait that would outlast the timeout", () => {
  it.effect.each(["10", "60", "86400", "99999999999999999999999999"])(
    "fails at once with RateLimited: Retry-After %s",
    (seconds) =>
      Effect.gen(function* () {
        const stub = inTurn(limited(seconds))
        // The clock does not move at all.
        const error = yield* failing(guest.pipe(provide(stub, { timeout: "10 seconds" })), 0)
        expect(error).toMatchObject({ _tag: "RateLimited", httpStatus: 429 })
        const { retryAfter } = error as TmdbError.RateLimited
        expect(Duration.toSeconds(retryAfter ?? 0)).toBe(Math.min(Number(seconds), 86_400))
        expect(stub.sent).toHaveLength(1)
      })
  )

  it.effect("counts the time that is already spent", () =>
    Effect.gen(function* () {
      const stub = inTurn(limited("4"))
      const error = yield* failing(
        guest.pipe(provide(stub, { timeout: "10 seconds", retry: { attempts: 9 } })),
        "8 seconds"
      )
      expect(error._tag).toBe("RateLimited")
      expect(stub.sent.map(({ at }) => at)).toEqual([0, 4000, 8000])
    })
  )

  it.effect("is never slept for when it is a back-off of our own, either", () =>
    Effect.gen(function* () {
      const stub = inTurn(maintenance)
      const error = yield* failing(guest.pipe(provide(stub, { timeout: "100 millis" })), 0).pipe(
        Effect.withRandom(Random.fixed([0.9]))
      )
      expect(error._tag).toBe("ServiceUnavailable")
      expect(stub.sent).toHaveLength(1)
    })
  )
})

describe("`retry`", () => {
  it.effect.each<readonly [TmdbClient.Options["retry"], number]>([
    [undefined, 3],
    [{}, 3],
    [{ attempts: 1 }, 1],
    [{ attempts: 5 }, 5],
    [{ attempts: 0 }, 1],
    [{ attempts: -1 }, 1],
    [{ attempts: Number.NaN }, 1],
    [false, 1]
  ])("%j means %i requests in all", ([retry, requests]) =>
    Effect.gen(function* () {
      const { requests: made } = yield* outcome(guest, maintenance, { retry })
      expect(made).toBe(requests)
    })
  )

  it.effect("false does not lift the timeout", () =>
    Effect.gen(function* () {
      const { tag } = yield* outcome(guest, never(), { retry: false })
      expect(tag).toBe("TimedOut")
    })
  )
})

describe("`timeout`", () => {
  it.effect.each<readonly [TmdbClient.Options["timeout"], number]>([
    [undefined, 10_000],
    [2500, 2500],
    ["3 seconds", 3000]
  ])("%s ends the operation, no sooner and no later", ([timeout, millis]) =>
    Effect.gen(function* () {
      const stub = inTurn(never())
      const fiber = yield* Effect.fork(Effect.flip(guest.pipe(provide(stub, { timeout }))))
      yield* TestClock.adjust(millis - 1)
      expect(Option.isNone(yield* Fiber.poll(fiber))).toBe(true)
      yield* TestClock.adjust(1)
      const error = yield* Fiber.join(fiber)
      expect(error._tag).toBe("TimedOut")
    })
  )

  it.effect("is kept to where nothing else could interrupt: in a finalizer", () =>
    Effect.gen(function* () {
      const stub = inTurn(never())
      const error = yield* failing(Effect.uninterruptible(guest.pipe(provide(stub))), "10 seconds")
      expect(error._tag).toBe("TimedOut")
      expect(stub.sent.map(({ signal }) => signal.aborted)).toEqual([true])
    })
  )

  it.live("is kept to by the machine's clock, and one longer than a timer can be never ends", () =>
    Effect.gen(function* () {
      const stub = inTurn(never(), never())
      const error = yield* Effect.flip(guest.pipe(provide(stub, { timeout: "20 millis" })))
      expect(error._tag).toBe("TimedOut")
      const patient = yield* Effect.fork(guest.pipe(provide(stub, { timeout: "60 days" })))
      yield* Effect.flip(guest.pipe(provide(inTurn(never()), { timeout: "20 millis" })))
      expect(Option.isNone(yield* Fiber.poll(patient))).toBe(true)
      yield* Fiber.interrupt(patient)
      expect(stub.open.now).toBe(0)
    })
  )

  it.effect("surrounds the body", () =>
    Effect.gen(function* () {
      for (const headers of [{}, { "content-length": "40" }]) {
        const stub = inTurn(bytes(200, [utf8('{"success":true,')], headers, "never"))
        const error = yield* failing(guest.pipe(provide(stub)), "10 seconds")
        expect(error).toMatchObject({ _tag: "TimedOut", delivered: "unknown" })
        expect(stub.sent.map(({ signal }) => signal.aborted)).toEqual([true])
      }
    })
  )

  it.effect("surrounds all requests together", () =>
    Effect.gen(function* () {
      const stub = inTurn(limited("4"), limited("4"), never())
      const error = yield* failing(guest.pipe(provide(stub)), "10 seconds")
      expect(error._tag).toBe("TimedOut")
      expect(stub.sent.map(({ at }) => at)).toEqual([0, 4000, 8000])
    })
  )
})

describe("an interruption", () => {
  const interrupted = (reply: Reply, after: Duration.DurationInput) =>
    Effect.gen(function* () {
      const stub = inTurn(reply)
      const fiber = yield* Effect.fork(guest.pipe(provide(stub, { timeout: "1 hour" })))
      yield* TestClock.adjust(after)
      const exit = yield* Fiber.interrupt(fiber)
      expect(Exit.isFailure(exit) && Cause.isInterruptedOnly(exit.cause)).toBe(true)
      const requests = stub.sent.length
      yield* TestClock.adjust("2 hours")
      expect(stub.sent).toHaveLength(requests)
      expect(stub.open.now).toBe(0)
      return stub
    })

  it.effect("before the answer aborts the request", () =>
    Effect.gen(function* () {
      const stub = yield* interrupted(never(), "1 second")
      expect(stub.sent.map(({ signal }) => signal.aborted)).toEqual([true])
    })
  )

  it.effect("while the body comes aborts the request", () =>
    Effect.gen(function* () {
      for (const headers of [{}, { "content-length": "40" }]) {
        const stub = yield* interrupted(bytes(200, [utf8("{")], headers, "never"), "1 second")
        expect(stub.sent.map(({ signal }) => signal.aborted)).toEqual([true])
      }
    })
  )

  it.effect("between two requests lets no other follow", () =>
    Effect.gen(function* () {
      const stub = yield* interrupted(limited("10"), "5 seconds")
      expect(stub.sent).toHaveLength(1)
    })
  )

  it.effect("leaves no fiber and no timer behind, nor does a timeout or an answer", () =>
    Effect.gen(function* () {
      const fibers = yield* Supervisor.track
      yield* Effect.gen(function* () {
        yield* interrupted(never(), "1 second")
        yield* interrupted(limited("10"), "5 seconds")
        yield* outcome(guest, never())
        yield* outcome(guest, maintenance)
        yield* outcome(guest, cut)
      }).pipe(Effect.supervised(fibers))
      expect(yield* fibers.value).toEqual([])
      expect(Chunk.toReadonlyArray(yield* TestClock.sleeps())).toEqual([])
    })
  )
})
