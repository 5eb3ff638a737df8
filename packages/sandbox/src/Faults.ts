/**
 * Trouble on demand: what TMDB or the edge in front of it really did to its
 * callers, to be rehearsed one call at a time, now and then, or always.
 */
import * as Duration from "effect/Duration"
import { type Endpoint, isEndpoint, isNamed } from "./internal/endpoint.js"
import { seeded } from "./internal/random.js"

/**
 * What goes wrong.
 *
 * Answered in TMDB's place, so that nothing happens: `rateLimited` (429, code
 * 25; `retryAfter` in seconds adds the header), `maintenance` (503, code 46),
 * `offline` (503, code 9), `internalError` (500, code 11), `backendTimeout`
 * (504, code 24), `badGateway` and `gatewayTimeout` (502 and 504 in HTML),
 * `atCapacity` (503 without a body, the reason in the status line), `redirect`
 * (302 to `location`).
 *
 * Done, and the answer spoilt: `unmarkedGzip` (compressed without saying so),
 * `truncatedBody` (cut after `bytes`, half of it unless given), `drippingBody`
 * (a byte every `interval`), `slowAnswer` (held back for `delay`), `skewedClock`
 * (times in the answer are off by `by`, which may be negative milliseconds).
 *
 * The connection lost: `resetBeforeRead` (nothing of the body was read),
 * `resetAfterRead` (read, and nothing done), `replyLost` (done, and no answer:
 * a session may have been created).
 *
 * `slowApproval`: what a person allows takes effect only after `delay`, by the
 * sandbox's clock.
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
 * When it goes wrong. Rules are asked in the order they were added, and the
 * first that applies to a call is the one that strikes.
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
  /** How many calls it lets pass first. */
  readonly after?: number
  /** How likely it strikes a call, from 0 to 1; drawn from the sandbox's `seed`. */
  readonly probability?: number
}

/**
 * A fault and its occasion.
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
  /** Adds rules after those there are. Throws a `TypeError` on one that makes no sense. */
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
/** What a header can hold. */
const isLocation = (value: unknown) => typeof value === "string" && /^[\x21-\x7e]+$/.test(value)
/** Some decades at most: dates have an end. */
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

/** What is wrong with something that should be a rule; rules come over HTTP, too. */
const complaint = (rule: unknown): string | undefined => {
  if (typeof rule !== "object" || rule === null) return "a fault must be an object"
  const entries = Object.entries(rule).filter(([, value]) => value !== undefined)
  if (!("fault" in rule)) return "a fault must name its kind as `fault`"
  for (const [field, value] of entries) {
    if (fields[field]?.(value) !== true) return `a fault cannot have this ${JSON.stringify(field)}`
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
