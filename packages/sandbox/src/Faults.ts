/**
 * Faults on demand: failures that TMDB or the edge in front of it has caused.
 * Each strikes once, a number of times, by chance, or always.
 */
import * as Duration from "effect/Duration"
import { type Endpoint, isEndpoint, isNamed } from "./internal/endpoint.js"
import { seeded } from "./internal/random.js"

/**
 * What goes wrong.
 *
 * The call is answered without being carried out: `rateLimited` (429, code
 * 25; `retryAfter` in seconds adds the header), `maintenance` (503, code 46),
 * `offline` (503, code 9), `internalError` (500, code 11), `backendTimeout`
 * (504, code 24), `badGateway` and `gatewayTimeout` (502 and 504 in HTML),
 * `atCapacity` (503 without a body, the reason in the status line), `redirect`
 * (302 to `location`).
 *
 * The call is carried out, and its answer is damaged: `unmarkedGzip` (compressed
 * without a `Content-Encoding` header), `truncatedBody` (cut after `bytes`; after
 * half of them unless given), `drippingBody` (one byte every `interval`),
 * `slowAnswer` (delayed by `delay`), `skewedClock` (times in the answer are off by
 * `by` milliseconds, which may be negative).
 *
 * The connection is lost: `resetBeforeRead` (the body was not read),
 * `resetAfterRead` (the body was read, and the call was not carried out),
 * `replyLost` (the call was carried out, and there is no answer: a session may
 * have been created).
 *
 * `slowApproval`: an approval takes effect only after `delay`, by the sandbox's
 * clock.
 *
 * @see https://developer.themoviedb.org/docs/errors
 *
 * @since 0.1.0
 * @category faults
 */
export type Fault =
  | { readonly fault: "rateLimited"; readonly retryAfter?: number }
  | {
      readonly fault:
        | "maintenance"
        | "offline"
        | "internalError"
        | "backendTimeout"
        | "badGateway"
        | "gatewayTimeout"
        | "atCapacity"
        | "unmarkedGzip"
        | "resetBeforeRead"
        | "resetAfterRead"
        | "replyLost"
    }
  | { readonly fault: "redirect"; readonly location: string }
  | { readonly fault: "truncatedBody"; readonly bytes?: number }
  | { readonly fault: "drippingBody"; readonly interval: Duration.DurationInput }
  | { readonly fault: "slowAnswer"; readonly delay: Duration.DurationInput }
  | { readonly fault: "skewedClock"; readonly by: number }
  | { readonly fault: "slowApproval"; readonly delay: Duration.DurationInput }

/**
 * When a fault strikes. Rules are tried in the order they were added, and the
 * first that applies to a call strikes.
 *
 * @since 0.1.0
 * @category faults
 */
export interface Occasion {
  /**
   * A path with its method (`"POST /3/authentication/session/new"`), a path
   * alone, or an operation id of `/openapi.json`. Every call unless given.
   */
  readonly endpoint?: string
  /** How many calls it strikes: one unless given. */
  readonly times?: number | "always"
  /** How many calls pass before it strikes: none unless given. */
  readonly after?: number
  /** The chance that it strikes a call, from 0 to 1, drawn from the sandbox's `seed`. 1 unless given. */
  readonly probability?: number
}

/**
 * A fault, and when it strikes.
 *
 * @example
 * ```ts
 * import { makeSandbox, type Faults } from "@tmdb-session/sandbox"
 *
 * const lost: Faults.Rule = { fault: "replyLost", endpoint: "POST /3/authentication/session/new" }
 * makeSandbox().faults.add(lost)
 * ```
 *
 * @since 0.1.0
 * @category faults
 */
export type Rule = Fault & Occasion

/**
 * The faults of one sandbox.
 *
 * @since 0.1.0
 * @category faults
 */
export interface Faults {
  /** Adds rules after the existing ones. Throws a `TypeError` if one is not valid. */
  readonly add: (...rules: ReadonlyArray<Rule>) => void
  readonly clear: () => void
  /** The rules that can still strike. */
  readonly list: () => ReadonlyArray<Rule>
}

/** @internal */
export interface FaultSource extends Faults {
  /** The fault that strikes this call, if one does. */
  readonly strike: (endpoint: Endpoint) => Fault | undefined
  /** How many milliseconds this approval takes to take effect. */
  readonly approvalDelay: (endpoint: Endpoint) => number
}

const KINDS: ReadonlySet<string> = new Set<Fault["fault"]>([
  "rateLimited",
  "maintenance",
  "offline",
  "internalError",
  "backendTimeout",
  "badGateway",
  "gatewayTimeout",
  "atCapacity",
  "unmarkedGzip",
  "resetBeforeRead",
  "resetAfterRead",
  "replyLost",
  "redirect",
  "truncatedBody",
  "drippingBody",
  "slowAnswer",
  "skewedClock",
  "slowApproval"
])

const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0
const isDuration = (value: unknown) => Duration.decodeUnknown(value)._tag === "Some"
const isFiniteNumber = (value: unknown) => Number.isFinite(value)
/** Only characters that a header can hold. */
const isLocation = (value: unknown) => typeof value === "string" && /^[\x21-\x7e]+$/.test(value)
/** At most 1e12 milliseconds, about 32 years, so that the time can still be written as a date. */
const isSkew = (value: unknown) => isFiniteNumber(value) && Math.abs(value as number) <= 1e12

const fields: { readonly [field: string]: (value: unknown) => boolean } = {
  fault: (value) => KINDS.has(value as string),
  endpoint: (value) => typeof value === "string" && isEndpoint(value),
  times: (value) => value === "always" || (isCount(value) && value !== 0),
  after: isCount,
  probability: (value) => isFiniteNumber(value) && (value as number) >= 0 && (value as number) <= 1,
  retryAfter: isCount,
  bytes: isCount,
  by: isSkew,
  location: isLocation,
  interval: isDuration,
  delay: isDuration
}

const needed: { readonly [fault: string]: string } = {
  redirect: "location",
  drippingBody: "interval",
  slowAnswer: "delay",
  skewedClock: "by",
  slowApproval: "delay"
}

/** What is wrong with a rule. Rules also arrive over HTTP, so their type proves nothing. */
const complaint = (rule: unknown): string | undefined => {
  if (typeof rule !== "object" || rule === null) return "a fault must be an object"
  const entries = Object.entries(rule).filter(([, value]) => value !== undefined)
  if (!("fault" in rule)) return "a fault must name its kind in `fault`"
  for (const [field, value] of entries) {
    if (fields[field]?.(value) !== true)
      return `a fault has no field ${JSON.stringify(field)}, or its value is not valid`
  }
  const missing = needed[rule.fault as string]
  if (missing !== undefined && !(missing in rule)) return `the fault ${rule.fault} needs ${missing}`
  return undefined
}

interface Armed {
  readonly rule: Rule
  passes: number
  left: number
}

/** @internal */
export const make = (seed: number, initial: ReadonlyArray<Rule>): FaultSource => {
  const draw = seeded(seed)
  let armed: ReadonlyArray<Armed> = []

  const add = (...rules: ReadonlyArray<Rule>): void => {
    for (const rule of rules) {
      const problem = complaint(rule)
      if (problem !== undefined) throw new TypeError(problem)
    }
    armed = [
      ...armed,
      ...rules.map((rule) => ({
        rule: { ...rule },
        passes: rule.after ?? 0,
        left: rule.times === "always" ? Number.POSITIVE_INFINITY : (rule.times ?? 1)
      }))
    ]
  }

  const strikes = (candidate: Armed, endpoint: Endpoint): boolean => {
    const { endpoint: name } = candidate.rule
    if (name !== undefined && !isNamed(endpoint, name)) return false
    if (candidate.passes > 0) {
      candidate.passes -= 1
      return false
    }
    const { probability } = candidate.rule
    if (probability !== undefined && draw() >= probability) return false
    candidate.left -= 1
    if (candidate.left === 0) armed = armed.filter((other) => other !== candidate)
    return true
  }

  const take = (endpoint: Endpoint, wanted: (rule: Rule) => boolean): Rule | undefined =>
    armed.find((candidate) => wanted(candidate.rule) && strikes(candidate, endpoint))?.rule

  add(...initial)
  return {
    add,
    clear: () => {
      armed = []
    },
    list: () => armed.map((each) => ({ ...each.rule })),
    strike: (endpoint) =>
      armed.length === 0 ? undefined : take(endpoint, (rule) => rule.fault !== "slowApproval"),
    approvalDelay: (endpoint) => {
      const rule = take(endpoint, (candidate) => candidate.fault === "slowApproval")
      return rule?.fault === "slowApproval" ? Duration.toMillis(rule.delay) : 0
    }
  }
}
