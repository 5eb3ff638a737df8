/**
 * TMDB's stand-in for these tests: an `HttpClient` made of a function from a
 * request to what becomes of it, which remembers every request. No socket, no
 * promise, no timer: under `TestClock` nothing happens that a test did not ask
 * for.
 */
import { HttpClient, HttpClientError, type HttpClientRequest, HttpClientResponse } from "@effect/platform"
import { Clock, Context, Effect, Exit, Fiber, Layer, Option, Stream, TestClock } from "effect"
import { Delivery, TmdbClient } from "../src/index.js"
import { values } from "./Operations.js"

/** A request as it would go over the wire. */
export interface Sent {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  /** What core told the adapter: the request consumes what it carries. */
  readonly consuming: boolean
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal
  /** In milliseconds on the test's clock. */
  readonly at: number
}

/** What becomes of a request. */
export type Reply =
  | {
      readonly _tag: "Answer"
      readonly status: number
      readonly headers: Readonly<Record<string, string>>
      readonly chunks: ReadonlyArray<Uint8Array>
      /** How the body ends: whole, cut short, or never. */
      readonly end: "whole" | "cut" | "never"
      /** What the adapter noted while it connected, and did not correct. */
      readonly delivered?: Delivery.Attempt["delivered"]
    }
  | {
      readonly _tag: "Failure"
      /** What the adapter knows of the bytes it sent; absent where it keeps no account of them. */
      readonly delivered: Delivery.Attempt["delivered"] | undefined
      readonly cause: unknown
    }
  | { readonly _tag: "Never"; readonly delivered: Delivery.Attempt["delivered"] | undefined }

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** An answer of these bytes. */
export const bytes = (
  status: number,
  chunks: ReadonlyArray<Uint8Array>,
  headers: Readonly<Record<string, string>> = {},
  end: "whole" | "cut" | "never" = "whole"
): Reply => ({ _tag: "Answer", status, headers, chunks, end })

/** An answer of this text. */
export const text = (status: number, body: string, headers: Readonly<Record<string, string>> = {}): Reply =>
  bytes(status, [encoder.encode(body)], headers)

/** An answer of this value as JSON, as TMDB sends it. */
export const json = (
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {}
): Reply => {
  const written = JSON.stringify(body)
  return text(status, written, {
    "content-type": "application/json;charset=utf-8",
    "content-length": String(encoder.encode(written).length),
    ...headers
  })
}

/** A failure that TMDB reports. */
export const refusal = (
  status: number,
  code: number,
  message = `message of ${code}`,
  headers: Readonly<Record<string, string>> = {}
): Reply => json(status, { success: false, status_code: code, status_message: message }, headers)

/** No answer: the connection failed. */
export const failure = (options: {
  readonly delivered?: Delivery.Attempt["delivered"]
  readonly code?: string
  readonly cause?: unknown
}): Reply => ({
  _tag: "Failure",
  delivered: options.delivered,
  cause: options.cause ?? Object.assign(new Error("the transport's own words"), { code: options.code })
})

/** No answer, ever. */
export const never = (delivered?: Delivery.Attempt["delivered"]): Reply => ({ _tag: "Never", delivered })

const total = (chunks: ReadonlyArray<Uint8Array>): Uint8Array => {
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0))
  let offset = 0
  for (const chunk of chunks) {
    whole.set(chunk, offset)
    offset += chunk.length
  }
  return whole
}

const toResponse = (
  request: HttpClientRequest.HttpClientRequest,
  reply: Extract<Reply, { _tag: "Answer" }>,
  read: (bytes: number) => void
): HttpClientResponse.HttpClientResponse => {
  const base = HttpClientResponse.fromWeb(request, new Response(null))
  const cut = Effect.fail(
    new HttpClientError.ResponseError({
      request,
      response: base,
      reason: "Decode",
      cause: new Error("terminated")
    })
  )
  const ending = { whole: Effect.void, cut, never: Effect.never }[reply.end]
  const whole = Effect.sync(() => {
    const body = total(reply.chunks)
    read(body.length)
    return body
  })
  // A `Response` refuses statuses and reads its body through promises, neither of which suits a test.
  return Object.create(base, {
    status: { value: reply.status },
    headers: { value: reply.headers },
    text: { value: Effect.zipRight(ending, whole).pipe(Effect.map((body) => decoder.decode(body))) },
    arrayBuffer: { value: Effect.zipRight(ending, whole).pipe(Effect.map((body) => body.buffer)) },
    stream: {
      value: Stream.fromIterable(reply.chunks).pipe(
        Stream.rechunk(1),
        Stream.tap((chunk) => Effect.sync(() => read(chunk.length))),
        Stream.concat(Stream.fromEffect(Effect.as(ending, new Uint8Array())))
      )
    }
  })
}

/** A stand-in, and what it saw. */
export interface Stub {
  readonly client: HttpClient.HttpClient
  readonly layer: Layer.Layer<HttpClient.HttpClient>
  /** Every request, in order. */
  readonly sent: ReadonlyArray<Sent>
  /** How many requests wait for their answer at this moment, and the most that ever did. */
  readonly open: { now: number; most: number }
  /** How many bytes of bodies were taken. */
  readonly taken: { bytes: number }
}

/** A stand-in that answers by `respond`, which is told which request it is, from 0. */
export const make = (respond: (sent: Sent, index: number) => Reply): Stub => {
  const sent: Array<Sent> = []
  const open = { now: 0, most: 0 }
  const taken = { bytes: 0 }
  const client = HttpClient.make((request, url, signal, fiber) =>
    Effect.gen(function* () {
      const attempt = Context.getOption(fiber.currentContext, Delivery.Delivery)
      const seen: Sent = {
        method: request.method,
        url,
        headers: request.headers,
        body: request.body._tag === "Uint8Array" ? decoder.decode(request.body.body) : undefined,
        consuming: Option.isSome(attempt) && attempt.value.consuming,
        signal,
        at: yield* Clock.currentTimeMillis
      }
      const reply = respond(seen, sent.push(seen) - 1)
      if (Option.isSome(attempt) && reply.delivered !== undefined) attempt.value.delivered = reply.delivered
      if (reply._tag === "Answer") {
        return toResponse(request, reply, (count) => {
          taken.bytes += count
        })
      }
      if (reply._tag === "Never") return yield* Effect.never
      return yield* new HttpClientError.RequestError({ request, reason: "Transport", cause: reply.cause })
    }).pipe((effect) =>
      Effect.acquireUseRelease(
        Effect.sync(() => {
          open.now += 1
          open.most = Math.max(open.most, open.now)
        }),
        () => effect,
        () =>
          Effect.sync(() => {
            open.now -= 1
          })
      )
    )
  )
  return { client, layer: Layer.succeed(HttpClient.HttpClient, client), sent, open, taken }
}

/** A stand-in that gives these answers in this order, and the last one from then on. */
export const inTurn = (...replies: readonly [Reply, ...ReadonlyArray<Reply>]): Stub =>
  make((_, index) => replies[Math.min(index, replies.length - 1)] ?? replies[0])

/** A credential of the right shape, which belongs to nobody. */
export const accessToken = "eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOiJ0ZXN0In0.c2lnbmF0dXJl"
export const apiKey = "0123456789abcdef0123456789abcdef"
export const { requestToken, requestTokenV4, sessionId } = values

/** Runs an effect with a client over the stand-in. */
export const provide =
  (stub: Stub, options: TmdbClient.Options = {}) =>
  <A, E, R>(effect: Effect.Effect<A, E, R | TmdbClient.TmdbClient>) =>
    Effect.provideServiceEffect(
      effect,
      TmdbClient.TmdbClient,
      Effect.provide(TmdbClient.make({ accessToken, ...options }), stub.layer)
    )

/** How an effect ends when the clock runs on to `until` (two hours unless given). */
export const settle = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  until: Parameters<typeof TestClock.adjust>[0] = "2 hours"
): Effect.Effect<Exit.Exit<A, E>, never, R> =>
  Effect.gen(function* () {
    const fiber = yield* Effect.fork(effect)
    yield* TestClock.adjust(until)
    return Option.getOrElse(yield* Fiber.poll(fiber), () => Exit.die(new Error("it has not ended: it hangs")))
  })

/** The error an effect ends in when the clock runs on. */
export const failing = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  until: Parameters<typeof TestClock.adjust>[0] = "2 hours"
): Effect.Effect<E, unknown, R> =>
  Effect.flatMap(settle(effect, until), (exit) => Effect.flip(exit as Effect.Effect<A, E>))

/** The bytes of a text. */
export const utf8 = (body: string): Uint8Array => encoder.encode(body)
