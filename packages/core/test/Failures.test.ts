/** What each of TMDB's failures is to each operation. The tables are the documented ones, written out here. */
import { describe, expect, it } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { createSession, StatusCode } from "../src/index.js"
import { operations, type Tag } from "./Operations.js"
import { inTurn, json, provide, refusal, text } from "./Stub.js"

const codes: Readonly<Partial<Record<Tag, ReadonlyArray<number>>>> = {
  InvalidCredentials: [3, 7, 14, 16],
  SuspendedCredentials: [10],
  SessionDenied: [17, 41],
  InvalidRequestToken: [33],
  InvalidLogin: [26, 30],
  AccountDisabled: [31, 45],
  EmailNotVerified: [32],
  InvalidSession: [37],
  InvalidAccessToken: [35, 36, 38, 39],
  InvalidRequest: [2, 4, 5, 8, 18, 19, 20, 22, 23, 27, 28, 29, 42, 44, 47],
  NotFound: [6, 21, 34],
  RateLimited: [25],
  ServiceUnavailable: [9, 11, 15, 24, 43, 46],
  // Success, on an answer that failed.
  UnexpectedResponse: [1, 12, 13, 40]
}

/** What every operation can end in. */
const shared: ReadonlyArray<Tag> = [
  "InvalidCredentials",
  "SuspendedCredentials",
  "InvalidRequest",
  "NotFound",
  "RateLimited",
  "ServiceUnavailable",
  "UnexpectedResponse"
]

const all = Array.from({ length: 47 }, (_, index) => index + 1)

const byCode = (code: number): Tag => {
  for (const [tag, of] of Object.entries(codes)) if (of.includes(code)) return tag as Tag
  throw new Error(`${code} is in no row of this test's table`)
}

const expected = (operation: (typeof operations)[number], code: number): Tag => {
  const tag = operation.codes?.[code] ?? byCode(code)
  return shared.includes(tag) || operation.errors.includes(tag) ? tag : "UnexpectedResponse"
}

const once = { retry: false } as const

describe.each(operations)("$name", (operation) => {
  const fails = (reply: Parameters<typeof inTurn>[0]) =>
    operation.call.pipe(provide(inTurn(reply), once), Effect.flip)

  it.effect.each(all)("with code %i, at the HTTP status TMDB documents and at 418", (code) =>
    Effect.gen(function* () {
      const status = StatusCode.statusCodes[code]?.[0] ?? 0
      for (const sent of [status, 418]) {
        const error = yield* fails(refusal(sent, code, "Some words."))
        expect(error).toMatchObject({
          _tag: expected(operation, code),
          operation: operation.name,
          httpStatus: sent,
          tmdbCode: code,
          tmdbMessage: "Some words."
        })
        if (error._tag === "UnexpectedResponse") expect(error.reason).toBe("tmdbCode")
      }
    })
  )

  const statuses: ReadonlyArray<readonly [number, Tag]> = [
    [400, "InvalidRequest"],
    [403, "InvalidRequest"],
    [405, "InvalidRequest"],
    [406, "InvalidRequest"],
    [409, "InvalidRequest"],
    [422, "InvalidRequest"],
    [501, "InvalidRequest"],
    [404, "NotFound"],
    [429, "RateLimited"],
    [500, "ServiceUnavailable"],
    [502, "ServiceUnavailable"],
    [503, "ServiceUnavailable"],
    [504, "ServiceUnavailable"],
    [520, "ServiceUnavailable"],
    [599, "ServiceUnavailable"],
    [401, "UnexpectedResponse"],
    [402, "UnexpectedResponse"],
    [408, "UnexpectedResponse"],
    [410, "UnexpectedResponse"],
    [418, "UnexpectedResponse"],
    [600, "UnexpectedResponse"],
    [199, "UnexpectedResponse"]
  ]
  it.effect.each(statuses)("without a code, HTTP %i is %s", ([status, tag]) =>
    Effect.gen(function* () {
      const bodies = [
        json(status, {}),
        json(status, { success: false }),
        json(status, { status_code: "7" }),
        json(status, { success: false, status_code: 48, status_message: "New." }),
        json(status, { success: false, status_code: 0 }),
        json(status, { success: false, status_code: -7 }),
        json(status, { success: false, status_code: 7.5 }),
        json(status, []),
        json(status, null),
        text(status, "<html>Back-end server is at capacity</html>", { "content-type": "text/html" }),
        text(status, "")
      ]
      for (const body of bodies) expect((yield* fails(body))._tag).toBe(tag)
    })
  )

  it.effect("a 200 that says it failed is decided by its code, and is unexpected without one", () =>
    Effect.gen(function* () {
      for (const code of all) {
        const error = yield* fails(refusal(200, code))
        expect([code, error._tag]).toEqual([code, expected(operation, code)])
      }
      const withoutCode = yield* fails(json(200, { success: false }))
      expect(withoutCode).toMatchObject({ _tag: "UnexpectedResponse", reason: "shape", httpStatus: 200 })
      const unknown = yield* fails(json(200, { success: false, status_code: 99 }))
      expect(unknown).toMatchObject({ _tag: "UnexpectedResponse", reason: "shape", tmdbCode: 99 })
    })
  )

  it.effect("a 200 with a code that stands for a failure is that failure, whatever `success` says", () =>
    Effect.gen(function* () {
      const error = yield* fails(json(200, { ...Object(operation.answer), status_code: 34 }))
      expect(error._tag).toBe(expected(operation, 34))
    })
  )

  it.effect("a 2xx without what TMDB documents is unexpected", () =>
    Effect.gen(function* () {
      for (const body of [{}, [], null, "text", 1, { success: 1, session_id: 1 }, { success: "true" }]) {
        expect(yield* fails(json(200, body))).toMatchObject({ _tag: "UnexpectedResponse", reason: "shape" })
      }
    })
  )
})

describe("what an error keeps of the answer", () => {
  const deny = operations.find(({ name }) => name === "createSession")!
  const failing = (reply: Parameters<typeof inTurn>[0]) =>
    deny.call.pipe(provide(inTurn(reply), once), Effect.flip)

  it.effect("TMDB's own words, or the documented ones where it sent none", () =>
    Effect.gen(function* () {
      expect((yield* failing(refusal(401, 17, "In other words."))).tmdbMessage).toBe("In other words.")
      expect((yield* failing(json(401, { status_code: 17 }))).tmdbMessage).toBeUndefined()
      expect((yield* failing(json(401, { success: false }))).tmdbMessage).toBeUndefined()
    })
  )

  it.effect("the body that TMDB was seen to send for a token that is not approved", () =>
    Effect.gen(function* () {
      const body = '{"success":false,"failure":true,"status_code":17,"status_message":"Session denied."}'
      const error = yield* failing(text(401, body))
      expect(error._tag).toBe("SessionDenied")
      expect(error.message).toBe(
        "createSession: TMDB gives no session for this request token: it is not approved yet, was denied or used, or has expired (HTTP 401, code 17). Approve it at TMDB, or start again with a new request token."
      )
    })
  )

  it.effect("bodies without `success`, and with a line end, as TMDB's limiter and gateway send", () =>
    Effect.gen(function* () {
      const limited =
        '{"status_code":25,"status_message":"Your request count (46) is over the allowed limit of 40."}\n'
      expect((yield* failing(text(429, limited)))._tag).toBe("RateLimited")
      const key =
        '{"status_code":7,"status_message":"Invalid API key: You must be granted a valid key.","success":false}\n'
      expect((yield* failing(text(401, key)))._tag).toBe("InvalidCredentials")
    })
  )

  it.effect("the id of the request at the edge, when it has the shape of one", () =>
    Effect.gen(function* () {
      const id = "Xz0c_2-fJ9w9o5yWbq3Q1n4t6g7h8j9k0l1m2n3o4p5q6r7s8t9u0w=="
      const withId = (value: string) => failing(refusal(401, 17, "No.", { "x-amz-cf-id": value }))
      expect((yield* withId(id)).requestId).toBe(id)
      for (const bad of ["", "has a blank", "<script>", "x".repeat(101)]) {
        expect((yield* withId(bad)).requestId).toBeUndefined()
      }
    })
  )

  it.effect("no id that could be a key, or holds what was sent, as it is or in base64", () =>
    Effect.gen(function* () {
      const token = "a_token-of-its-own"
      const hidden = [
        token,
        `x${token}x`,
        Buffer.from(token).toString("base64"),
        "0123456789abcdef".repeat(2)
      ]
      for (const id of hidden) {
        const reply = refusal(401, 17, "No.", { "x-amz-cf-id": id })
        const error = yield* Effect.flip(createSession(token).pipe(provide(inTurn(reply), once)))
        expect([id, error.requestId]).toEqual([id, undefined])
      }
    })
  )

  it.effect("when TMDB answered, by its own clock", () =>
    Effect.gen(function* () {
      const dated = yield* failing(refusal(401, 17, "No.", { date: "Wed, 24 Dec 2025 11:53:34 GMT" }))
      expect(dated.date?.toISOString()).toBe("2025-12-24T11:53:34.000Z")
      expect((yield* failing(refusal(401, 17, "No.", { date: "yesterday" }))).date).toBeUndefined()
    })
  )

  it.effect("TMDB's list of what is wrong with a request", () =>
    Effect.gen(function* () {
      const error = yield* failing(
        json(400, { success: false, status_code: 18, errors: ["page must be a number", 7, "no such date"] })
      )
      expect(error).toMatchObject({
        _tag: "InvalidRequest",
        errors: ["page must be a number", "no such date"]
      })
      expect(error.message).not.toContain("page")
      const bare = yield* failing(json(400, { errors: ["just a list"] }))
      expect(bare).toMatchObject({ _tag: "InvalidRequest", errors: ["just a list"] })
      const many = yield* failing(json(400, { errors: Array.from({ length: 1000 }, () => "x") }))
      expect(many._tag === "InvalidRequest" && many.errors.length).toBe(20)
    })
  )

  it.effect("how long TMDB asks to wait", () =>
    Effect.gen(function* () {
      const error = yield* failing(refusal(429, 25, "Slow.", { "retry-after": "7" }))
      expect(error._tag === "RateLimited" && Duration.toMillis(error.retryAfter ?? 0)).toBe(7000)
      expect(error.message).toContain("Try again in 7 seconds")
      const bare = yield* failing(refusal(429, 25))
      expect(bare._tag === "RateLimited" && bare.retryAfter).toBeUndefined()
    })
  )

  it.effect("words that would write on a terminal, or never end, are made harmless", () =>
    Effect.gen(function* () {
      const error = yield* failing(refusal(401, 17, `\u001b[31mred\r\n\u0007${"long ".repeat(10_000)}`))
      // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must be gone
      expect(error.message).not.toMatch(/[\u0000-\u001f]/)
      expect(error.message.length).toBeLessThan(1000)
    })
  )
})
