/**
 * A stand-in for TMDB's authentication: its API, and the site where people
 * approve, in one `fetch`. A test sets its clock and its faults.
 */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import type * as HttpClient from "@effect/platform/HttpClient"
import type * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Faults from "./Faults.js"
import { type Edition, makeEdge } from "./internal/answer.js"
import { makeClock } from "./internal/clock.js"
import { makeControl } from "./internal/control.js"
import type { Endpoint } from "./internal/endpoint.js"
import { makeFetch } from "./internal/fetch.js"
import { type Handler, makeHandler } from "./internal/handler.js"
import { openApiDocument } from "./internal/openapi.js"
import { makeRandom, type Random } from "./internal/random.js"
import { type Decided, jsonWebToken, type RequestToken, State } from "./internal/state.js"
import type { Key } from "./Key.js"
import { likeliest, type Unknowns } from "./Unknowns.js"
import type { User } from "./User.js"

/**
 * A secret as a client holds it.
 *
 * @since 0.1.0
 * @category models
 */
export type SecretInput = string | Redacted.Redacted<string>

export type { Key } from "./Key.js"
export type { Unknowns } from "./Unknowns.js"
export type { User } from "./User.js"

/**
 * Which requests were received and what is stored. It contains no secret.
 *
 * @since 0.1.0
 * @category models
 */
export interface Inspection {
  /** Milliseconds since the epoch, by the sandbox's clock. */
  readonly now: number
  /** How many requests were received, by the method and path of the endpoint: `{ "POST /3/authentication/session/new": 1 }`. */
  readonly requests: { readonly [endpoint: string]: number }
  /** How much is stored, by kind. Expired entries do not count. */
  readonly held: {
    readonly requestTokens: number
    readonly requestTokensV4: number
    readonly sessions: number
    readonly guestSessions: number
    readonly accessTokens: number
    readonly lists: number
  }
}

/**
 * Options of a sandbox. None is required.
 *
 * @since 0.1.0
 * @category options
 */
export interface Options {
  /** Who has an account. `approve` takes the first unless it is given a name. Three people unless given. */
  readonly users?: ReadonlyArray<Partial<User> & Pick<User, "username">>
  /** The keys that are accepted. The first is `apiKey` and `accessToken`. One random key unless given. */
  readonly keys?: ReadonlyArray<Partial<Key> & Pick<Key, "apiKey">>
  /** How long things are valid. TMDB's own times unless given. */
  readonly lifetimes?: {
    /** A v3 request token: one hour unless given. */
    readonly requestToken?: Duration.DurationInput
    /** A v4 request token: 15 minutes unless given. */
    readonly requestTokenV4?: Duration.DurationInput
    /** A guest session: 24 hours unless given. */
    readonly guestSession?: Duration.DurationInput
    /** A guest session that is not used: no limit unless given, although TMDB's documentation says an hour. */
    readonly guestSessionUnused?: Duration.DurationInput
  }
  /** How many entries of each kind are stored at most. Beyond it the oldest is dropped. 100,000 unless given. */
  readonly capacity?: number
  /** The current time: a function that returns milliseconds since the epoch, or an Effect `Clock`. `Date.now` unless given. */
  readonly now?: (() => number) | Clock.Clock
  /** The seed of the random numbers behind a fault's `probability`. 0 unless given. */
  readonly seed?: number
  /** The faults at the start. */
  readonly faults?: ReadonlyArray<Faults.Rule>
  /**
   * Approves request tokens without a person. `true`: when the token's page is
   * opened. A duration: also once that time has passed since the token was issued.
   */
  readonly autoApprove?: boolean | Duration.DurationInput
  /** The address of the API that headers name. TMDB's own address unless given. */
  readonly apiUrl?: string
  /** The address of the site that headers name. TMDB's own address unless given. */
  readonly webUrl?: string
  /** Origins of web pages that may control the sandbox through `/__sandbox/`. None unless given. */
  readonly allowOrigins?: ReadonlyArray<string>
  /** Values of the `Host` header, besides loopback addresses, for which `/__sandbox/` answers. None unless given. */
  readonly allowHosts?: ReadonlyArray<string>
  /** Which recording of TMDB the headers follow: `2025-12`, or `2026-05` with its private caching. `2025-12` unless given. */
  readonly edition?: Edition
  /** What to answer where TMDB's own answer is not known. `likeliest` unless given. */
  readonly unknowns?: Partial<Unknowns>
}

/**
 * A sandbox in this process.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** Answers for every host. It needs no `this`, so it can be passed to whatever takes a `fetch`. */
  readonly fetch: typeof globalThis.fetch
  /**
   * Approves a v3 or v4 request token, as the named user or the first one.
   * Throws a `TypeError` if the token is unknown, expired, used or denied.
   */
  readonly approve: (requestToken: SecretInput, username?: string) => void
  /** Denies a request token. Throws a `TypeError` if it is unknown, expired, used or approved. */
  readonly deny: (requestToken: SecretInput) => void
  /** Creates a session as if the user had just signed in, and returns its id. */
  readonly createSession: (username?: string) => string
  /** Moves the sandbox's clock forward. */
  readonly advance: (duration: Duration.DurationInput) => void
  readonly faults: Faults.Faults
  /** Drops tokens, sessions, ratings, lists, faults and counts. Keys, users and the clock stay as they are. */
  readonly reset: () => void
  readonly inspect: () => Inspection
  /** The API key of the first of `keys`. */
  readonly apiKey: string
  /** The read access token of the first of `keys`. */
  readonly accessToken: string
  readonly keys: readonly [Key, ...ReadonlyArray<Key>]
  readonly users: readonly [User, ...ReadonlyArray<User>]
}

const people = [
  { username: "sandbox" },
  { username: "disabled", status: "disabled" },
  { username: "unverified", status: "unverified" }
] as const

const HOUR = 3_600_000

const makeUser = (given: Partial<User> & Pick<User, "username">, index: number, random: Random): User => ({
  password: "sandbox",
  id: 6_000_001 + index,
  accountId: random.hex(24),
  name: "",
  status: "active",
  language: "en",
  country: "US",
  includeAdult: false,
  gravatarHash: random.hex(32),
  avatarPath: null,
  ...given
})

const makeKey = (given: Partial<Key> & Pick<Key, "apiKey">, now: number, random: Random): Key => ({
  accessToken: jsonWebToken(
    { aud: given.apiKey, nbf: now / 1000, sub: random.hex(24), scopes: ["api_read"], version: 1 },
    random
  ),
  suspended: false,
  ...given
})

const nonEmpty = <A>(list: ReadonlyArray<A>, what: string): readonly [A, ...ReadonlyArray<A>] => {
  const [first, ...rest] = list
  if (first === undefined) throw new TypeError(`A sandbox needs at least one entry in its ${what}.`)
  return [first, ...rest]
}

const millis = (given: Duration.DurationInput | undefined, otherwise: number): number =>
  given === undefined ? otherwise : Duration.toMillis(given)

const reveal = (secret: SecretInput): string =>
  Redacted.isRedacted(secret) ? Redacted.value(secret) : secret

/** @internal */
export const makeWithHandler = (
  options: Options = {}
): { readonly service: Service; readonly handler: Handler } => {
  const clock = makeClock(options.now)
  const random = makeRandom()
  const { autoApprove, lifetimes } = options
  const users = nonEmpty(
    (options.users ?? people).map((user, index) => makeUser(user, index, random)),
    "users"
  )
  const keys = nonEmpty(
    (options.keys ?? [{ apiKey: random.hex(32) }]).map((key) => makeKey(key, clock.now(), random)),
    "keys"
  )
  const state = new State(
    {
      users,
      keys,
      lifetimes: {
        requestToken: millis(lifetimes?.requestToken, HOUR),
        requestTokenV4: millis(lifetimes?.requestTokenV4, HOUR / 4),
        guestSession: millis(lifetimes?.guestSession, 24 * HOUR),
        guestSessionUnused: millis(lifetimes?.guestSessionUnused, Number.POSITIVE_INFINITY)
      },
      capacity: options.capacity ?? 100_000,
      approvedAfter:
        typeof autoApprove === "boolean" || autoApprove === undefined ? undefined : millis(autoApprove, 0)
    },
    clock,
    random
  )
  const faults = Faults.make(options.seed ?? 0, options.faults ?? [])
  const requests = new Map<string, number>()

  const decide = (token: RequestToken, user: User | undefined, endpoint: Endpoint): Decided =>
    state.decide(
      token,
      user === undefined
        ? { allowed: false }
        : { allowed: true, user, from: clock.now() + faults.approvalDelay(endpoint) }
    )

  const userOf = (username: string | undefined): User => {
    const user = username === undefined ? users[0] : state.userNamed(username)
    if (user === undefined) throw new TypeError("The sandbox has no such user.")
    return user
  }

  const decideByHand = (requestToken: SecretInput, user: User | undefined): void => {
    const value = reveal(requestToken)
    const token = state.requestToken(value, 3) ?? state.requestToken(value, 4)
    if (token === undefined) throw new TypeError("This request token is unknown, expired or used.")
    const path = token.version === 3 ? "/authenticate/{request_token}" : "/auth/access"
    decide(token, user, { method: "POST", path })
    if (token.decision?.allowed !== (user !== undefined)) {
      throw new TypeError(`This request token was ${user === undefined ? "approved" : "denied"} before.`)
    }
  }

  const controlled = {
    approve: (requestToken: SecretInput, username?: string) => decideByHand(requestToken, userOf(username)),
    deny: (requestToken: SecretInput) => decideByHand(requestToken, undefined),
    advance: (duration: Duration.DurationInput) => clock.advance(Duration.toMillis(duration)),
    faults: { add: faults.add, clear: faults.clear, list: faults.list },
    reset: () => {
      state.reset()
      faults.clear()
      requests.clear()
    },
    inspect: (): Inspection => ({
      now: clock.now(),
      requests: Object.fromEntries(requests),
      held: state.sizes()
    })
  }

  let document: string | undefined
  const handler = makeHandler({
    state,
    clock,
    edge: makeEdge(random, options.edition ?? "2025-12"),
    faults,
    control: makeControl(controlled, {
      allowHosts: options.allowHosts ?? [],
      allowOrigins: options.allowOrigins ?? []
    }),
    unknowns: { ...likeliest, ...options.unknowns },
    approvesOnOpening: autoApprove !== undefined && autoApprove !== false,
    apiUrl: options.apiUrl ?? "https://api.themoviedb.org",
    webUrl: options.webUrl ?? "https://www.themoviedb.org",
    count: ({ method, path }) => {
      const endpoint = `${method} ${path}`
      requests.set(endpoint, (requests.get(endpoint) ?? 0) + 1)
    },
    decide,
    openApi: () => {
      document ??= JSON.stringify(openApiDocument())
      return document
    }
  })

  const service: Service = {
    ...controlled,
    fetch: makeFetch(handler),
    createSession: (username) => state.createSession({ apiKey: keys[0].apiKey, user: userOf(username) }),
    apiKey: keys[0].apiKey,
    accessToken: keys[0].accessToken,
    keys,
    users
  }
  return { service, handler }
}

/**
 * Makes a sandbox in this process. It has no port, so there is nothing to close.
 * It does nothing until it is called, and leaves no timer running.
 *
 * @throws `TypeError` if the list of users or keys is empty, or a fault is not valid
 *
 * @example
 * ```ts
 * import { makeSandbox } from "@tmdb-session/sandbox"
 *
 * const sandbox = makeSandbox()
 * const issued = await sandbox.fetch("https://api.themoviedb.org/3/authentication/token/new", {
 *   headers: { authorization: `Bearer ${sandbox.accessToken}` }
 * })
 * const { request_token } = await issued.json()
 * sandbox.approve(request_token)
 * ```
 *
 * @see https://developer.themoviedb.org/reference/authentication-how-do-i-generate-a-session-id
 *
 * @since 0.1.0
 * @category constructors
 */
export const makeSandbox = (options: Options = {}): Service => makeWithHandler(options).service

/**
 * The sandbox as a service, for programs written with Effect.
 *
 * @since 0.1.0
 * @category tags
 */
export class Sandbox extends Context.Tag("@tmdb-session/sandbox/Sandbox")<Sandbox, Service>() {}

/**
 * A new sandbox, and an `HttpClient` whose requests it answers. It uses the clock
 * of the program that builds it, so `TestClock` moves its time.
 *
 * @example
 * ```ts
 * import * as HttpClient from "@effect/platform/HttpClient"
 * import { Sandbox } from "@tmdb-session/sandbox"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function* () {
 *   const sandbox = yield* Sandbox.Sandbox
 *   const client = yield* HttpClient.HttpClient
 *   const answer = yield* client.get(`https://api.themoviedb.org/3/authentication?api_key=${sandbox.apiKey}`)
 *   return yield* answer.json
 * }).pipe(Effect.provide(Sandbox.layer()))
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options = {}): Layer.Layer<Sandbox | HttpClient.HttpClient> => {
  const sandbox = Layer.effect(
    Sandbox,
    Effect.map(Effect.clock, (clock) => makeSandbox({ now: clock, ...options }))
  )
  const fetch = Layer.effect(
    FetchHttpClient.Fetch,
    Effect.map(Sandbox, (service) => service.fetch)
  )
  return Layer.provideMerge(Layer.provide(FetchHttpClient.layer, fetch), sandbox)
}
