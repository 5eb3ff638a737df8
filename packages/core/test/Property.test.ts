/**
 * Whatever comes back (any bytes, any status, any header, any shape, in any
 * pieces, or nothing) ends in a value or a typed error: never in a defect, a
 * hang or a leak. At least 10,000 answers; a run is bounded in time.
 */
import { describe, expect, it } from "@effect/vitest"
import { Cause, Duration, Effect, Either, Exit, Option } from "effect"
import * as fc from "fast-check"
import { TmdbClient, TmdbError } from "../src/index.js"
import { retryAfter } from "../src/internal/answer.js"
import { scrub } from "../src/internal/secret.js"
import { baseUrl } from "../src/internal/url.js"
import { operations, type Tag } from "./Operations.js"
import { accessToken, apiKey, bytes, failure, make, type Reply, sessionId, utf8 } from "./Stub.js"

const shared: ReadonlyArray<Tag> = [
  "InvalidConfiguration",
  "InvalidCredentials",
  "SuspendedCredentials",
  "InvalidRequest",
  "NotFound",
  "RateLimited",
  "ServiceUnavailable",
  "UnexpectedResponse",
  "ConnectionFailed",
  "TimedOut"
]

const fieldNames = [
  "success",
  "failure",
  "status_code",
  "status_message",
  "errors",
  "expires_at",
  "request_token",
  "session_id",
  "guest_session_id",
  "access_token",
  "account_id",
  "id",
  "username",
  "avatar",
  "__proto__",
  "toString"
]

const value = fc.oneof(
  fc.constantFrom<unknown>(
    true,
    false,
    null,
    "",
    sessionId,
    "2025-12-24 12:53:34 UTC",
    "2025-02-30 12:00:00 UTC"
  ),
  fc.integer({ min: -2, max: 60 }),
  fc.jsonValue({ maxDepth: 2 })
)

/** JSON that looks like TMDB's, more or less. */
const likely = fc
  .dictionary(fc.constantFrom(...fieldNames), value)
  .chain((noise) =>
    fc.constantFrom(...operations).map(({ answer }) => ({ ...Object(answer), ...noise }) as unknown)
  )

const body: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 4, arbitrary: likely.map((json) => utf8(JSON.stringify(json))) },
  { weight: 2, arbitrary: fc.jsonValue().map((json) => utf8(JSON.stringify(json) ?? "")) },
  { weight: 2, arbitrary: fc.uint8Array({ maxLength: 200 }) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 100 }).map(utf8) },
  {
    weight: 1,
    arbitrary: fc.tuple(likely, fc.nat(300)).map(([json, end]) => utf8(JSON.stringify(json)).slice(0, end))
  }
)

const headerValue = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.constantFrom(
    "0",
    "5",
    "-1",
    "1e9",
    "99999999999999999999",
    "gzip",
    "Wed, 24 Dec 2025 12:00:00 GMT",
    apiKey
  ),
  fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
  fc.integer().map(String)
)
const headers = fc.dictionary(
  fc.oneof(
    fc.constantFrom(
      "content-length",
      "content-encoding",
      "content-type",
      "retry-after",
      "date",
      "x-amz-cf-id"
    ),
    fc.string({ maxLength: 10 })
  ),
  headerValue,
  { maxKeys: 5 }
)

const status = fc.oneof(
  fc.constantFrom(200, 201, 204, 301, 401, 404, 422, 429, 500, 503),
  fc.integer({ min: 0, max: 999 })
)

const reply: fc.Arbitrary<Reply> = fc.oneof(
  {
    weight: 9,
    arbitrary: fc
      .record({
        status,
        body,
        headers,
        at: fc.nat(200),
        // An answer that tells its length is read whole, another in pieces.
        told: fc.constantFrom(true, true, true, false),
        end: fc.constantFrom("whole", "whole", "whole", "cut")
      })
      .map(({ at, body, end, headers, status, told }) => {
        const length = told ? { "content-length": String(body.length) } : {}
        const pieces = [body.slice(0, at), body.slice(at)]
        return bytes(status, pieces, { ...length, ...headers }, end as "whole" | "cut")
      })
  },
  {
    weight: 1,
    arbitrary: fc
      .record({
        delivered: fc.constantFrom<"no" | "unknown">("no", "unknown"),
        cause: fc.anything({ maxDepth: 2 })
      })
      .map(({ cause, delivered }) => failure({ delivered, cause }))
  }
)

describe("10,000 answers and more", () => {
  /** In milliseconds; reached only where something hangs. */
  const timeLimit = 60_000
  const runs = Math.ceil(10_500 / operations.length)

  it.each(operations)(
    "$name ends in a value or a typed error",
    ({ call, errors, name }) => {
      const allowed = new Set([...shared, ...errors])
      let next: Reply
      let made = 0
      const stub = make(() => next)
      const options = { accessToken, retry: false, timeout: Infinity } as const
      const client = Effect.runSync(Effect.provide(TmdbClient.make(options), stub.layer))
      const once = Effect.provideService(call, TmdbClient.TmdbClient, client)
      const holds = (generated: Reply) => {
        next = generated
        made += 1
        const exit = Effect.runSyncExit(once)
        if (Exit.isSuccess(exit)) return
        const error = Option.getOrUndefined(Cause.failureOption(exit.cause))
        if (error === undefined) throw new Error(Cause.pretty(exit.cause))
        if (!TmdbError.isTmdbError(error) || !allowed.has(error._tag)) throw new Error(`${name}: ${error}`)
        if (error.message.length > 8000) throw new Error("a message without end")
        JSON.stringify(error)
      }
      const bounds = { numRuns: runs, interruptAfterTimeLimit: timeLimit, markInterruptAsFailure: true }
      fc.assert(fc.property(reply, holds), bounds)
      expect(made).toBeGreaterThanOrEqual(runs)
      expect(stub.open.now).toBe(0)
    },
    timeLimit
  )
})

describe("the readers of single fields", () => {
  const check = <A>(arbitrary: fc.Arbitrary<A>, holds: (value: A) => boolean) =>
    fc.assert(fc.property(arbitrary, holds), { numRuns: 1000, interruptAfterTimeLimit: 15_000 })
  const anyText = fc.oneof(fc.string({ unit: "binary", maxLength: 200 }), fc.webUrl(), fc.string())

  it("Retry-After is a wait of a day at most, or none", () => {
    check(headerValue, (text) => {
      const wait = retryAfter({ "retry-after": text }, 0)
      if (wait === undefined) return true
      return Duration.toMillis(wait) >= 0 && Duration.toMillis(wait) <= 86_400_000
    })
  })

  it("a base URL is https, or loopback, without a slash at its end, or it is refused", () => {
    check(anyText, (text) => {
      const base = baseUrl("API", text)
      if (Either.isLeft(base)) return true
      const { hash, hostname, protocol, search, username } = new URL(base.right)
      const loopback = hostname === "[::1]" || hostname.startsWith("127.") || hostname === "localhost"
      return (
        (protocol === "https:" || loopback) && !base.right.endsWith("/") && search + hash + username === ""
      )
    })
  })

  it("words are made harmless, whatever is around a secret", () => {
    const secret = fc.string({ minLength: 12, unit: fc.constantFrom(..."abcXYZ019 -_./%+") })
    check(fc.tuple(anyText, secret, anyText), ([before, secret, after]) => {
      const clean = scrub(`${before}${secret}${after}`, [secret])
      return clean.length <= 300 && !/\p{Cc}/u.test(clean) && !clean.includes(secret)
    })
  })
})
