/** Every operation against each fault that TMDB and its edge were seen to cause. */
import type { Faults } from "@tmdb-session/sandbox"
import { assert } from "chai"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Adapter } from "../Adapter.js"
import { type Case, withClient } from "../Case.js"
import { operations } from "../Operations.js"
import { assertNoSecret } from "../Secrets.js"
import { Tmdb } from "../Tmdb.js"

/** The fields of an error that the cases check. */
interface Seen {
  readonly _tag: string
  readonly httpStatus?: number | undefined
  readonly tmdbCode?: number | undefined
  readonly reason?: string
  readonly delivered?: string
  readonly retryAfter?: Duration.Duration | undefined
}

type Fails = Partial<Omit<Seen, "retryAfter">>

interface Trouble {
  readonly fault: Faults.Fault
  /** What the call fails with; absent if it succeeds all the same. */
  readonly fails?: Fails
  /** How often the fault strikes; once unless given. */
  readonly times?: number
  /** The timeout of the call. */
  readonly timeout?: Duration.DurationInput
}

const unavailable = (httpStatus: number, tmdbCode?: number): Fails => ({
  _tag: "ServiceUnavailable",
  httpStatus,
  tmdbCode
})

/** How many connections in a row must be lost before the adapter sees a failure: the platform may resend once by itself. */
export const losses = ({ resends }: Adapter): number => (resends ? 2 : 1)

/** The reason depends on what the adapter can see. That TMDB may have acted holds for all. */
const lost = ({ sees }: Adapter): Fails => ({
  _tag: "ConnectionFailed",
  reason: sees.connections ? "reset" : "unknown",
  delivered: "unknown"
})

const troubles = (adapter: Adapter): Readonly<Record<string, Trouble>> => ({
  "too many requests": {
    fault: { fault: "rateLimited" },
    fails: { _tag: "RateLimited", httpStatus: 429, tmdbCode: 25 }
  },
  maintenance: { fault: { fault: "maintenance" }, fails: unavailable(503, 46) },
  "an API that is offline": { fault: { fault: "offline" }, fails: unavailable(503, 9) },
  "an internal error": { fault: { fault: "internalError" }, fails: unavailable(500, 11) },
  "a backend that is too slow": { fault: { fault: "backendTimeout" }, fails: unavailable(504, 24) },
  "a bad gateway, in HTML": { fault: { fault: "badGateway" }, fails: unavailable(502) },
  "a gateway that waited in vain, in HTML": { fault: { fault: "gatewayTimeout" }, fails: unavailable(504) },
  "an edge at capacity, without a body": { fault: { fault: "atCapacity" }, fails: unavailable(503) },
  "a redirect": {
    fault: { fault: "redirect", location: "https://elsewhere.example/3" },
    fails: {
      _tag: "UnexpectedResponse",
      reason: "redirect",
      ...(adapter.sees.redirects ? { httpStatus: 302 } : {})
    }
  },
  "a body cut short": {
    fault: { fault: "truncatedBody" },
    fails: { _tag: "ConnectionFailed", reason: "reset", delivered: "unknown" }
  },
  "a body that comes byte by byte": { fault: { fault: "drippingBody", interval: 1 } },
  "a body that never ends": {
    fault: { fault: "drippingBody", interval: "1 hour" },
    timeout: 400,
    fails: { _tag: "TimedOut", delivered: "unknown" }
  },
  "an answer that never comes": {
    fault: { fault: "slowAnswer", delay: "1 hour" },
    timeout: 400,
    fails: { _tag: "TimedOut", delivered: "unknown" }
  },
  "clocks that disagree": { fault: { fault: "skewedClock", by: -86_400_000 } },
  "a connection reset before the request is read": {
    fault: { fault: "resetBeforeRead" },
    times: losses(adapter),
    fails: lost(adapter)
  },
  "a connection reset after the request was read": {
    fault: { fault: "resetAfterRead" },
    times: losses(adapter),
    fails: lost(adapter)
  },
  "a reply that is lost": { fault: { fault: "replyLost" }, times: losses(adapter), fails: lost(adapter) }
})

const assertSeen = (error: Seen, expected: Fails): void => {
  for (const [field, value] of Object.entries(expected)) {
    assert.strictEqual(error[field as keyof Seen], value, field)
  }
}

export const faultCases = (adapter: Adapter): ReadonlyArray<Case> => [
  ...operations.flatMap(({ endpoint, name, prepare }) =>
    Object.entries(troubles(adapter)).map(([trouble, { fails, fault, timeout, times = 1 }]) => ({
      name: `${name}, given ${trouble}, ${fails === undefined ? "succeeds" : `fails with ${fails._tag}`}`,
      run: Effect.gen(function* () {
        const tmdb = yield* Tmdb
        const { call, secrets } = yield* withClient(adapter)(prepare)
        yield* tmdb.fault({ ...fault, times, endpoint })
        const result = call.pipe(withClient(adapter, timeout === undefined ? {} : { timeout }))
        if (fails === undefined) return yield* Effect.asVoid(result)
        const error = yield* Effect.flip(result)
        assertSeen(error, fails)
        assertNoSecret(error, secrets)
      })
    }))
  ),
  ...operations.map(({ consuming, endpoint, name, prepare }) => ({
    name: consuming
      ? `${name}, whose reply is lost, is not sent again`
      : `${name}, whose reply is lost, is sent again and succeeds`,
    run: Effect.gen(function* () {
      const tmdb = yield* Tmdb
      const { call } = yield* withClient(adapter)(prepare)
      const before = yield* tmdb.asked(endpoint)
      const times = losses(adapter)
      yield* tmdb.fault({ fault: "replyLost", times, endpoint })
      const result = yield* Effect.either(
        call.pipe(withClient(adapter, { retry: { attempts: 3, maxDelay: 10 } }))
      )
      assert.strictEqual(result._tag, consuming ? "Left" : "Right")
      const asked = (yield* tmdb.asked(endpoint)) - before
      if (consuming) assert.isAtMost(asked, times)
      else assert.strictEqual(asked, times + 1)
    })
  })),
  ...operations.map(({ endpoint, name, prepare }) => ({
    name: `${name}, turned away by TMDB itself, is sent again and succeeds`,
    run: Effect.gen(function* () {
      const tmdb = yield* Tmdb
      const { call } = yield* withClient(adapter)(prepare)
      yield* tmdb.fault({ fault: "rateLimited", endpoint })
      yield* tmdb.fault({ fault: "maintenance", endpoint })
      yield* call.pipe(withClient(adapter, { retry: { attempts: 3, maxDelay: 10 } }))
    })
  })),
  ...operations.map(({ endpoint, name, prepare }) => ({
    name: `${name}, told to come back after the timeout, fails at once with RateLimited`,
    run: Effect.gen(function* () {
      const tmdb = yield* Tmdb
      const { call } = yield* withClient(adapter)(prepare)
      const before = yield* tmdb.asked(endpoint)
      yield* tmdb.fault({ fault: "rateLimited", retryAfter: 3600, endpoint, times: "always" })
      const error: Seen = yield* Effect.flip(call.pipe(withClient(adapter, { retry: { attempts: 3 } })))
      assert.strictEqual(error._tag, "RateLimited")
      if (adapter.sees.headers) {
        assert.strictEqual(error.retryAfter && Duration.toSeconds(error.retryAfter), 3600)
        assert.strictEqual((yield* tmdb.asked(endpoint)) - before, 1)
      }
    })
  }))
]
