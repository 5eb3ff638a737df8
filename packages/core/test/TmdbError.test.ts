/** Every error is a real `Error` that says what happened and what to do, in each copy of this package. */
import { describe, expect, it, vi } from "@effect/vitest"
import { Cause, Duration, Effect, Equal, Exit, Redacted } from "effect"
import { TmdbError } from "../src/index.js"

const details = {
  operation: "createSession",
  httpStatus: 401,
  tmdbCode: 17,
  tmdbMessage: "Session denied.",
  requestId: "Xz0c_2-fJ9w9o5yWbq3Q1n4t6g7h8j9k0l1m2n3o4p5q6r7s8t9u0w==",
  date: new Date("2025-12-24T12:00:00Z")
}
const said = { ...details, what: "It happened", next: "Do that" }

/** One of each, with what it must say. */
const errors: ReadonlyArray<readonly [TmdbError.TmdbError, RegExp]> = [
  [new TmdbError.InvalidConfiguration(said), /It happened.* Do that\.$/],
  [new TmdbError.InvalidCredentials(details), /does not accept the API key.*settings\/api\.$/],
  [new TmdbError.InvalidCredentials({ ...details, hint: "It is the other kind" }), /It is the other kind\.$/],
  [new TmdbError.SuspendedCredentials(details), /suspended.*Contact TMDB/],
  [new TmdbError.SessionDenied(details), /not approved.*start again with a new request token\.$/],
  [new TmdbError.InvalidRequestToken(details), /does not know this request token.*Start again with a new/],
  [new TmdbError.InvalidLogin(details), /username and password.*Check both/],
  [new TmdbError.AccountDisabled(details), /disabled or suspended.*Contact TMDB/],
  [new TmdbError.EmailNotVerified(details), /e-mail address.*Follow the link/],
  [new TmdbError.InvalidSession(details), /does not know this session.*Sign in again/],
  [new TmdbError.InvalidAccessToken(details), /person's access token.*Sign in again/],
  [new TmdbError.InvalidRequest({ ...details, errors: [] }), /not valid.*Check the values/],
  [new TmdbError.InvalidRequest({ ...details, errors: ["Session denied."] }), /not valid.*Check the values/],
  [new TmdbError.NotFound(details), /nothing at this path.*Check the path/],
  [new TmdbError.RateLimited(details), /fewer requests.*Wait a moment/],
  [new TmdbError.RateLimited({ ...details, retryAfter: Duration.millis(1000) }), /Try again in 1 second\.$/],
  [new TmdbError.RateLimited({ ...details, retryAfter: Duration.millis(1500) }), /Try again in 2 seconds\.$/],
  [new TmdbError.ServiceUnavailable(details), /cannot answer.*Try again later/],
  [new TmdbError.UnexpectedResponse({ ...details, reason: "html" }), /a web page.*proxy/],
  [
    new TmdbError.ConnectionFailed({ ...details, reason: "dns", delivered: "no" }),
    /cannot be resolved.*API URL\.$/
  ],
  [
    new TmdbError.ConnectionFailed({ ...details, reason: "reset", delivered: "unknown" }),
    /closed before.*may still have acted on the request\.$/
  ],
  [new TmdbError.TimedOut({ ...details, delivered: "unknown" }), /in time.*may still have acted/],
  [new TmdbError.ApprovalDenied(details), /denied.*Sign in again/],
  [new TmdbError.ApprovalExpired(details), /not approved in time.*Sign in again/],
  [new TmdbError.ApprovalFailed(said), /It happened.* Do that\.$/],
  [new TmdbError.SessionStoreError({ ...said, reason: "full" }), /It happened.* Do that\.$/]
]

describe.each(errors.map(([error, message]) => [error._tag, error, message] as const))(
  "%s",
  (tag, error, message) => {
    it("is an Error, by its name, with a stack", () => {
      expect(error).toBeInstanceOf(Error)
      expect(error).toMatchObject({ _tag: tag, name: tag })
      expect(error.stack).toContain("TmdbError.test.ts")
      expect(Object.prototype.toString.call(error)).toBe("[object Error]")
      expect(error.cause).toBeUndefined()
    })

    it("says what happened to which operation, why, and what to do next", () => {
      expect(error.message).toMatch(message)
      expect(error.message).toMatch(/^createSession: .+ \(HTTP 401, code 17\)\. .+[^.]\.$/)
      // A web framework may send the message to a visitor.
      expect(error.message).not.toContain("Session denied.")
      expect(String(error)).toContain(error.message)
      expect(Cause.pretty(Cause.fail(error))).toContain(error.message)
    })

    it("keeps what it was given, and survives JSON", () => {
      expect(error).toMatchObject(details)
      const json = JSON.parse(JSON.stringify(error))
      expect(json).toMatchObject({
        _tag: tag,
        message: error.message,
        operation: "createSession",
        httpStatus: 401,
        tmdbCode: 17,
        requestId: details.requestId
      })
    })

    it.effect("can be yielded, and caught by its tag", () =>
      Effect.gen(function* () {
        const caught = yield* Effect.catchAll(
          error as Effect.Effect<never, TmdbError.TmdbError>,
          Effect.succeed
        )
        expect(caught).toBe(error)
        expect(Exit.isFailure(yield* Effect.exit(Effect.fail(error)))).toBe(true)
      })
    )
  }
)

describe("what an error has nothing to say of", () => {
  it("is absent, not undefined", () => {
    const bare = new TmdbError.SessionDenied({
      operation: "createSession",
      httpStatus: undefined,
      tmdbCode: undefined
    })
    expect(Object.keys(bare)).not.toContain("httpStatus")
    expect(Object.keys(bare)).not.toContain("tmdbCode")
    expect(bare.message).toMatch(/^createSession: TMDB gives no session [^(]*\. Approve/)
    expect(new TmdbError.SessionDenied({ operation: "x", httpStatus: 401 }).message).toContain(
      " (HTTP 401). "
    )
    expect(Equal.equals(bare, bare)).toBe(true)
  })
})

describe("a request that was seen to be wrong before it was sent", () => {
  it("says what is wrong with it", () => {
    const error = new TmdbError.InvalidRequest({ operation: "createSession", errors: ["A value is missing"] })
    expect(error.message).toBe("createSession: The request is not valid. A value is missing.")
  })
})

describe("what had been granted", () => {
  it("is carried by the same error, and not enumerable", () => {
    const granted = { accessToken: Redacted.make("secret-canary"), accountId: "id" }
    const error = new TmdbError.ServiceUnavailable(details)
    const carrying = TmdbError.withGranted(error, granted)
    expect(carrying).toBe(error)
    expect(carrying.granted).toBe(granted)
    expect(Object.keys(carrying)).not.toContain("granted")
    expect(JSON.stringify(carrying)).not.toContain("secret-canary")
  })
})

describe("isTmdbError", () => {
  it("knows each error of this library, and nothing else", () => {
    for (const [error] of errors) expect(TmdbError.isTmdbError(error)).toBe(true)
    for (const other of [
      new Error("SessionDenied"),
      { _tag: "SessionDenied" },
      "SessionDenied",
      null,
      undefined,
      7
    ]) {
      expect(TmdbError.isTmdbError(other)).toBe(false)
    }
  })

  it("knows the errors of another copy of the package, both ways", async () => {
    vi.resetModules()
    const another: typeof import("../src/index.js") = await import("../src/index.js")
    const ours = new TmdbError.SessionDenied(details)
    const theirs = new another.TmdbError.SessionDenied(details)
    expect(another.TmdbError.SessionDenied).not.toBe(TmdbError.SessionDenied)
    expect(theirs).not.toBeInstanceOf(TmdbError.SessionDenied)
    expect(TmdbError.isTmdbError(theirs)).toBe(true)
    expect(another.TmdbError.isTmdbError(ours)).toBe(true)
  })
})
