/** Why a connection failed, by the codes that Node, undici, a browser or an adapter give their errors. */
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { createSession } from "../src/index.js"
import { failure, inTurn, provide, requestToken } from "./Stub.js"

const failed = (cause: unknown) =>
  createSession(requestToken).pipe(provide(inTurn(failure({ cause })), { retry: false }), Effect.flip)

const coded = (code: unknown, more: object = {}) => Object.assign(new Error("x"), { code }, more)

describe("ConnectionFailed", () => {
  it.effect.each([
    ["ENOTFOUND", "dns"],
    ["EAI_AGAIN", "dns"],
    ["ECONNREFUSED", "refused"],
    ["ECONNRESET", "reset"],
    ["EPIPE", "reset"],
    ["UND_ERR_SOCKET", "reset"],
    ["ENETUNREACH", "offline"],
    ["EHOSTUNREACH", "offline"],
    ["CERT_HAS_EXPIRED", "tls"],
    ["CERT_UNTRUSTED", "tls"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "tls"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "tls"],
    ["ERR_SSL_WRONG_VERSION_NUMBER", "tls"],
    ["EPROTO", "tls"],
    ["ESOMETHING", "unknown"],
    ["constructor", "unknown"],
    ["__proto__", "unknown"],
    ["toString", "unknown"]
  ])("by the code %s is %s", ([code, reason]) =>
    Effect.gen(function* () {
      expect(yield* failed(coded(code))).toMatchObject({ _tag: "ConnectionFailed", reason })
    })
  )

  it.effect("looks inside what wraps the code: fetch's cause, and an error for each address", () =>
    Effect.gen(function* () {
      const nested = new TypeError("fetch failed", { cause: coded("ENOTFOUND") })
      expect(yield* failed(nested)).toMatchObject({ reason: "dns" })
      const each = new AggregateError([coded("ECONNREFUSED"), coded("ECONNREFUSED")])
      expect(yield* failed(each)).toMatchObject({ reason: "refused" })
      const outer = coded("UND_ERR_CONNECT", { cause: coded("ECONNRESET") })
      expect(yield* failed(outer)).toMatchObject({ reason: "reset" })
    })
  )

  it.effect("comes of whatever was thrown, and of a cause that goes in a circle", () =>
    Effect.gen(function* () {
      const circle = new Error("x")
      circle.cause = circle
      for (const cause of [circle, undefined, null, "text", 7, Symbol("s"), {}, [], coded(7), coded({})]) {
        expect(yield* failed(cause)).toMatchObject({ _tag: "ConnectionFailed", reason: "unknown" })
      }
    })
  )

  it.effect("says nothing of what the transport said", () =>
    Effect.gen(function* () {
      const error = yield* failed(new Error("connect to https://x/?api_key=secret-canary failed"))
      expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.toContain("secret-canary")
      expect(error.cause).toBeUndefined()
    })
  )
})

describe("UnexpectedResponse", () => {
  it.effect.each(["size", "encoding"] as const)("is an adapter's own refusal of a body: %s", (refused) =>
    Effect.gen(function* () {
      expect(yield* failed({ refused })).toMatchObject({ _tag: "UnexpectedResponse", reason: refused })
      expect(yield* failed({ refused: "else" })).toMatchObject({ _tag: "ConnectionFailed" })
    })
  )
})
