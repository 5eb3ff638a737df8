/**
 * TMDB's bodies and headers, byte for byte as they were recorded, except for
 * what is random in them.
 */

import { sha256 } from "@noble/hashes/sha2.js"
import { bytesToHex } from "@noble/hashes/utils.js"
import type { Unknowns } from "../Unknowns.js"
import type { Random } from "./random.js"
import { httpStatus, type StatusCode, statusMessage } from "./statusCode.js"

export type HeaderList = ReadonlyArray<readonly [name: string, value: string]>

/** What goes wrong while an answer is sent. */
export type Wire =
  | { readonly kind: "reset" }
  | { readonly kind: "truncated"; readonly bytes: number }
  | { readonly kind: "dripping"; readonly interval: number }
  | { readonly kind: "delayed"; readonly delay: number }

/** The first half of the body's SHA-256, as recorded. The platform's own digest is asynchronous outside Node. */
const etagOf = (body: string): string => bytesToHex(sha256(body)).slice(0, 32)

export interface Answer {
  readonly status: number
  readonly statusText?: string
  readonly headers: HeaderList
  readonly body: string | Uint8Array
  readonly wire?: Wire
}

/** What a route returns. The edge adds its headers and makes an `Answer` of it. */
export interface Reply {
  readonly status: number
  readonly body: string
  /** Who answers: mostly the app, sometimes the gateway in front of it. Their headers differ. */
  readonly from: "app" | "gateway"
  readonly headers?: HeaderList
  /** The app caches some answers in memcached, and its headers say so. */
  readonly cached?: boolean
}

const reply = (status: number, body: unknown, extra?: Partial<Reply>): Reply => ({
  status,
  body: JSON.stringify(body),
  from: "app",
  ...extra
})

export const ok = (body: unknown, extra?: Partial<Reply>): Reply => reply(200, body, extra)

/** A successful write. The HTTP status is that of the code, unless TMDB was seen to send another. */
export const done = (code: 1 | 12 | 13, status: number = httpStatus(code)): Reply =>
  reply(status, { success: true, status_code: code, status_message: statusMessage(code) })

export const failure = (code: StatusCode): Reply =>
  reply(httpStatus(code), { success: false, status_code: code, status_message: statusMessage(code) })

/** Only code 17 has a `failure` field. */
export const sessionDenied = (): Reply =>
  reply(httpStatus(17), { success: false, failure: true, status_code: 17, status_message: statusMessage(17) })

export const validationFailed = (errors: ReadonlyArray<string>): Reply =>
  reply(httpStatus(18), { success: false, status_code: 18, status_message: statusMessage(18), errors })

/** The gateway writes `success` last and ends its bodies with a newline. */
const gatewayFailure = (code: 7 | 10): Reply => ({
  status: httpStatus(code),
  body: `${JSON.stringify({ status_code: code, status_message: statusMessage(code), success: false })}\n`,
  from: "gateway"
})

export const invalidKey = (): Reply => gatewayFailure(7)

/** Seen only in 2016: the gateway sent neither `success` nor the newline, and TMDB wrote its name as TMDb. */
const SUSPENDED_KEY =
  '{"status_code":10,"status_message":"Suspended API key: Access to your account has been suspended, contact TMDb."}'

export const suspendedKey = (as: Unknowns["suspendedKeyBody"]): Reply =>
  as === "seen" ? { ...gatewayFailure(10), body: SUSPENDED_KEY } : gatewayFailure(10)

/** The rate limiter is part of the gateway, too, and sends no `success`. Its current answers were not recorded. */
export const rateLimited = (as: Unknowns["rateLimitBody"], retryAfter: number | undefined): Reply => {
  const limiter: Reply = {
    status: httpStatus(25),
    body: `${JSON.stringify({ status_code: 25, status_message: statusMessage(25) })}\n`,
    from: "gateway"
  }
  const headers: HeaderList = retryAfter === undefined ? [] : [["Retry-After", String(retryAfter)]]
  return { ...(as === "limiter" ? limiter : failure(25)), headers }
}

/**
 * When the headers were recorded. By May 2026 caching was private, and the
 * gateway sent its cache status.
 */
export type Edition = "2025-12" | "2026-05"

const cacheControl: { readonly [edition in Edition]: HeaderList } = {
  "2025-12": [["Cache-Control", "public, max-age=0"]],
  "2026-05": [
    ["Cache-Control", "max-age=0, private"],
    ["X-Gateway-Cache-Status", "MISS"]
  ]
}

export interface Edge {
  readonly dress: (reply: Reply, now: number) => Answer
  readonly headers: (cache: string, now: number) => HeaderList
}

/** The headers that CloudFront and openresty add to every answer. */
export const makeEdge = (random: Random, edition: Edition): Edge => {
  const via = `1.1 ${random.hex(32)}.cloudfront.net (CloudFront)`
  let second = Number.NaN
  let date = ""

  const dateAt = (now: number): string => {
    const current = Math.floor(now / 1000)
    if (current !== second) {
      second = current
      date = new Date(now).toUTCString()
    }
    return date
  }

  const headers = (cache: string, now: number): HeaderList => [
    ["X-Cache", cache],
    ["Via", via],
    ["X-Amz-Cf-Pop", "MUC50-P3"],
    ["X-Amz-Cf-Id", `${random.base64url(54)}==`],
    ["Alt-Svc", 'h3=":443"; ma=86400'],
    ["Date", dateAt(now)]
  ]

  const cacheOf = (reply: Reply): string => {
    if (reply.status >= 400) return "Error from cloudfront"
    return reply.cached === true ? "RefreshHit from cloudfront" : "Miss from cloudfront"
  }

  const dress = (reply: Reply, now: number): Answer => {
    const fromApp = reply.from === "app"
    const list: Array<readonly [string, string]> = [
      ["Content-Type", fromApp ? "application/json;charset=utf-8" : "application/json; charset=utf-8"],
      ["Server", "openresty"]
    ]
    if (reply.cached === true) list.push(["x-memc", "MISS"], ["x-memc-key", random.hex(64)])
    if (fromApp && reply.status !== 404) list.push(...cacheControl[edition])
    if (reply.headers !== undefined) list.push(...reply.headers)
    if (fromApp) list.push(["x-az", `us-east-1${random.pick(["a", "b", "c"])}`])
    if (reply.status < 300) list.push(["ETag", `W/"${etagOf(reply.body)}"`])
    list.push(["Vary", "accept-encoding"], ["Vary", "Origin"], ...headers(cacheOf(reply), now))
    return { status: reply.status, headers: list, body: reply.body }
  }

  return { dress, headers }
}
