/** What a body may be: at most 1 MiB of UTF-8, whatever its headers say. */

import { HttpClient, HttpClientResponse } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber, Redacted, TestClock } from "effect"
import { Authentication, createSession, Delivery, TmdbClient } from "../src/index.js"
import {
  accessToken,
  bytes,
  failing,
  inTurn,
  json,
  provide,
  type Reply,
  requestToken,
  sessionId,
  text,
  utf8
} from "./Stub.js"

const body = JSON.stringify({ success: true, session_id: sessionId })
const once = { retry: false } as const

const session = (reply: Reply) =>
  createSession(requestToken).pipe(
    provide(inTurn(reply), once),
    Effect.map((session) => Redacted.value(session.sessionId))
  )

const reason = (reply: Reply) =>
  Effect.map(Effect.flip(session(reply)), (error) =>
    error._tag === "UnexpectedResponse" ? error.reason : error._tag
  )

/** A valid answer of so many bytes. */
const padded = (length: number) => utf8(body + " ".repeat(length - body.length))
const limit = 1_048_576

/** The same bytes in pieces of 64 KiB. */
const pieces = (whole: Uint8Array): ReadonlyArray<Uint8Array> =>
  Array.from({ length: Math.ceil(whole.length / 65_536) }, (_, index) =>
    whole.slice(index * 65_536, (index + 1) * 65_536)
  )

describe("a body of exactly 1 MiB", () => {
  it.effect("is read, with its length announced or not", () =>
    Effect.gen(function* () {
      expect(Delivery.bodyLimit).toBe(limit)
      const whole = pieces(padded(limit))
      expect(yield* session(bytes(200, whole))).toBe(sessionId)
      expect(yield* session(bytes(200, whole, { "content-length": String(limit) }))).toBe(sessionId)
    })
  )
})

describe("a larger body", () => {
  it.effect.each<readonly [string, Record<string, string>]>([
    ["without a length", {}],
    ["with its length", { "content-length": String(limit + 1) }],
    ["with a length that lies", { "content-length": "61" }],
    ["with an empty length", { "content-length": "" }],
    ["with a negative length", { "content-length": "-1" }],
    ["with a length that is none", { "content-length": "many" }],
    [
      "with the length of what it was before it was decoded",
      { "content-length": "61", "content-encoding": "gzip" }
    ]
  ])("%s is refused", ([, headers]) =>
    Effect.gen(function* () {
      expect(yield* reason(bytes(200, pieces(padded(limit + 1)), headers))).toBe("size")
    })
  )

  it.effect("is not read to its end", () =>
    Effect.gen(function* () {
      for (const headers of [{}, { "content-length": String(8 * limit) }, { "content-encoding": "br" }]) {
        const stub = inTurn(bytes(200, pieces(padded(8 * limit)), headers))
        yield* Effect.flip(createSession(requestToken).pipe(provide(stub, once)))
        expect(stub.taken.bytes).toBeLessThan(limit + 2 * 65_536)
      }
    })
  )

  it.effect("of a failure leaves its HTTP status to decide", () =>
    Effect.gen(function* () {
      for (const [status, tag] of [
        [503, "ServiceUnavailable"],
        [404, "NotFound"],
        [429, "RateLimited"]
      ] as const) {
        expect(yield* reason(bytes(status, pieces(padded(limit + 1))))).toBe(tag)
      }
    })
  )
})

describe("a body", () => {
  it.effect("may begin with a byte order mark", () =>
    Effect.gen(function* () {
      const marked = utf8(`\ufeff${body}`)
      expect(yield* session(bytes(200, [marked]))).toBe(sessionId)
      expect(yield* session(bytes(200, [marked], { "content-length": String(marked.length) }))).toBe(
        sessionId
      )
    })
  )

  it.effect("may come in pieces that cut a character in two", () =>
    Effect.gen(function* () {
      const token = "päß-🎬"
      const whole = utf8(JSON.stringify({ success: true, session_id: token }))
      const one = Array.from(whole, (byte) => Uint8Array.of(byte))
      expect(yield* session(bytes(200, one))).toBe(token)
    })
  )

  it.effect("that is not UTF-8 is no answer: a session id with a wrong character would be lost", () =>
    Effect.gen(function* () {
      const whole = utf8(body)
      for (const bad of [[0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xf0, 0x9f]]) {
        const spoilt = [...whole]
        spoilt.splice(body.indexOf(sessionId) + 3, 0, ...bad)
        const sent = Uint8Array.from(spoilt)
        expect(yield* reason(bytes(200, [sent]))).toBe("encoding")
        expect(yield* reason(bytes(200, [sent], { "content-length": String(sent.length) }))).toBe("encoding")
      }
      expect(yield* reason(bytes(200, [utf8(body), Uint8Array.of(0xe2, 0x82)]))).toBe("encoding")
      const utf16 = Uint8Array.from([0xff, 0xfe, ...Buffer.from(body, "utf16le")])
      expect(yield* reason(bytes(200, [utf16]))).toBe("encoding")
      expect(yield* reason(bytes(503, [utf16]))).toBe("ServiceUnavailable")
    })
  )

  it.effect.each<readonly [string, Reply, string]>([
    ["nothing", bytes(200, []), "empty"],
    ["nothing, announced", bytes(200, [], { "content-length": "0" }), "empty"],
    ["nothing, as 204", bytes(204, []), "empty"],
    ["blanks", text(200, " \r\n\t "), "empty"],
    ["a byte order mark alone", text(200, "\ufeff"), "empty"],
    ["a web page", text(200, "<!doctype html><title>Sign in</title>"), "html"],
    ["a web page said to be JSON", text(200, "\n <html>", { "content-type": "application/json" }), "html"],
    ["XML", text(200, "<?xml version='1.0'?>"), "html"],
    ["JSON cut short", text(200, body.slice(0, -5)), "json"],
    ["text", text(200, "It works!"), "json"],
    ["two values", text(200, `${body}${body}`), "json"],
    ["gzip that nobody decoded", bytes(200, [Uint8Array.from([0x1f, 0x8b, 8, 0, 0, 0])]), "encoding"],
    ["deep nesting", text(200, "[".repeat(500_000)), "json"],
    ["another shape", json(200, { success: true, session: sessionId }), "shape"],
    ["an empty session id", json(200, { success: true, session_id: "" }), "shape"],
    ["a session id that is no text", json(200, { success: true, session_id: null }), "shape"],
    ["no word of success", json(200, { session_id: sessionId }), "shape"]
  ])("of %s is unexpected", ([, reply, why]) =>
    Effect.gen(function* () {
      expect(yield* reason(reply)).toBe(why)
    })
  )

  it.effect("cut short by the connection is a lost reply", () =>
    Effect.gen(function* () {
      for (const headers of [{}, { "content-length": "61" }]) {
        const error = yield* Effect.flip(session(bytes(200, [utf8(body.slice(0, 20))], headers, "cut")))
        expect(error).toMatchObject({ _tag: "ConnectionFailed", delivered: "unknown", reason: "reset" })
      }
    })
  )
})

describe("a redirect", () => {
  it.effect.each([0, 300, 301, 302, 303, 304, 307, 308, 399])(
    "with the status %i is not followed",
    (status) =>
      Effect.gen(function* () {
        const stub = inTurn(text(status, body, { location: "https://elsewhere.example/" }))
        const error = yield* Effect.flip(createSession(requestToken).pipe(provide(stub)))
        expect(error).toMatchObject({ _tag: "UnexpectedResponse", reason: "redirect" })
        expect(error.httpStatus).toBe(status === 0 ? undefined : status)
        expect(stub.sent).toHaveLength(1)
      })
  )
})

describe("a Response of `fetch`", () => {
  /** The platform's own reading of a web `Response`. */
  const answering = (response: Response) =>
    createSession(requestToken).pipe(
      Effect.provideServiceEffect(
        TmdbClient.TmdbClient,
        TmdbClient.make({ accessToken, retry: false }).pipe(
          Effect.provideService(
            HttpClient.HttpClient,
            HttpClient.make((request) => Effect.succeed(HttpClientResponse.fromWeb(request, response)))
          )
        )
      )
    )

  it.live("is read, in one piece and in many", () =>
    Effect.gen(function* () {
      expect(Redacted.value((yield* answering(new Response(body))).sessionId)).toBe(sessionId)
      const headers = { "content-length": String(body.length) }
      expect(Redacted.value((yield* answering(new Response(body, { headers }))).sessionId)).toBe(sessionId)
    })
  )

  /** A body that comes in pieces of 64 KiB, and counts those that were taken. */
  const endless = () => {
    const seen = { pieces: 0, cancelled: false }
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        seen.pieces += 1
        controller.enqueue(new Uint8Array(65_536).fill(32))
      },
      cancel: () => {
        seen.cancelled = true
      }
    })
    return { seen, stream }
  }

  it.live("is not read to its end when it is too large, whatever length it announces", () =>
    Effect.gen(function* () {
      for (const headers of [{}, { "content-length": "61" }, { "content-encoding": "br" }]) {
        const { seen, stream } = endless()
        const error = yield* Effect.flip(answering(new Response(stream, { headers })))
        expect(error).toMatchObject({ _tag: "UnexpectedResponse", reason: "size" })
        expect(seen.cancelled).toBe(true)
        expect(seen.pieces).toBeLessThan(20)
      }
    })
  )

  it.live("whose body breaks off is a lost reply, and one that was read before is no defect", () =>
    Effect.gen(function* () {
      const broken = new ReadableStream<Uint8Array>({
        pull: (controller) => controller.error(new TypeError("terminated"))
      })
      const lost = { _tag: "ConnectionFailed", delivered: "unknown", reason: "reset" }
      expect(yield* Effect.flip(answering(new Response(broken)))).toMatchObject(lost)
      const used = new Response(body)
      yield* Effect.promise(() => used.text())
      expect(yield* Effect.flip(answering(used))).toMatchObject(lost)
    })
  )

  it.effect("is let go of when nobody waits for it any more", () =>
    Effect.gen(function* () {
      let cancelled = 0
      const silent = () =>
        new Response(
          new ReadableStream({
            cancel: () => {
              cancelled += 1
            }
          })
        )
      expect((yield* failing(answering(silent()), "10 seconds"))._tag).toBe("TimedOut")
      const fiber = yield* Effect.fork(answering(silent()))
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(fiber)
      expect(cancelled).toBe(2)
    })
  )

  it.live("without a body is judged by its status", () =>
    Effect.gen(function* () {
      for (const [status, tag, why] of [
        [200, "UnexpectedResponse", "empty"],
        [204, "UnexpectedResponse", "empty"],
        [304, "UnexpectedResponse", "redirect"],
        [404, "NotFound", undefined],
        [429, "RateLimited", undefined],
        [503, "ServiceUnavailable", undefined]
      ] as const) {
        const error = yield* Effect.flip(answering(new Response(null, { status })))
        expect([status, error._tag, error._tag === "UnexpectedResponse" ? error.reason : undefined]).toEqual([
          status,
          tag,
          why
        ])
      }
    })
  )

  it.live("that stands for a redirect not followed is a redirect", () =>
    Effect.gen(function* () {
      const opaque = Object.create(Response.error(), {
        type: { value: "opaqueredirect" },
        status: { value: 0 },
        headers: { value: new Headers() },
        body: { value: null }
      })
      expect(yield* Effect.flip(answering(opaque))).toMatchObject({
        _tag: "UnexpectedResponse",
        reason: "redirect"
      })
    })
  )

  it.live("that came from elsewhere is refused: fetch followed a redirect by itself", () =>
    Effect.gen(function* () {
      const followed = (url: string) => {
        const response = new Response(body)
        return Object.defineProperties(response, { redirected: { value: true }, url: { value: url } })
      }
      expect(yield* Effect.flip(answering(followed("https://elsewhere.example/")))).toMatchObject({
        _tag: "UnexpectedResponse",
        reason: "redirect"
      })
    })
  )
})

describe("validateKey", () => {
  it.effect("reads its answer with the same care", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        Authentication.validateKey().pipe(provide(inTurn(text(200, "<html>")), once))
      )
      expect(error).toMatchObject({ _tag: "UnexpectedResponse", reason: "html" })
    })
  )
})
