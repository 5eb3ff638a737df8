/**
 * What TMDB would keep in its database: keys, users, request tokens until they
 * are used, sessions, ratings, favorites, watchlists and lists.
 */
import * as Encoding from "effect/Encoding"
import type { Key } from "../Key.js"
import type { User } from "../User.js"
import { expiryTime, type SandboxClock } from "./clock.js"
import { Ledger } from "./ledger.js"
import type { Random } from "./random.js"

export type Decision =
  | { readonly allowed: true; readonly user: User; readonly from: number }
  | { readonly allowed: false }

export interface RequestToken {
  readonly version: 3 | 4
  readonly value: string
  readonly apiKey: string
  readonly issuedAt: number
  expiresAt: number
  readonly redirectTo: string | undefined
  decision: Decision | undefined
}

export interface Session {
  readonly apiKey: string
  readonly user: User
}

export interface Entry {
  readonly createdAt: number
  readonly value: number
}

export interface List {
  readonly id: number
  readonly owner: User
  readonly createdAt: string
  name: string
  description: string
  language: string
  country: string
  public: boolean
  readonly items: Map<string, { readonly type: "movie" | "tv"; readonly id: number }>
}

/** Entries by title. The key of a title is its path, such as `movie/1`. Favorites and watchlists have the same form. */
export type Ratings = Map<string, Entry>

export interface Shelf {
  readonly ratings: Ratings
  readonly favorites: Ratings
  readonly watchlist: Ratings
}

export interface GuestSession {
  readonly ratings: Ratings
  usedAt: number
}

export interface StateOptions {
  readonly keys: ReadonlyArray<Key>
  readonly users: readonly [User, ...ReadonlyArray<User>]
  /** Milliseconds. */
  readonly lifetimes: {
    readonly requestToken: number
    readonly requestTokenV4: number
    readonly guestSession: number
    readonly guestSessionUnused: number
  }
  readonly capacity: number
  /** Milliseconds after which a token without a decision counts as approved. */
  readonly approvedAfter: number | undefined
}

export type Decided = "decided" | "unknown" | "decided before"

/** A JWT with a readable payload. Its signature is random, since nobody verifies it. */
export const jsonWebToken = (payload: object, random: Random): string => {
  const encode = (part: object) => Encoding.encodeBase64Url(JSON.stringify(part))
  return `${encode({ alg: "HS256" })}.${encode(payload)}.${random.base64url(43)}`
}

export class State {
  readonly keys: ReadonlyArray<Key>
  readonly users: StateOptions["users"]
  readonly sessions: Ledger<Session>
  readonly guestSessions: Ledger<GuestSession>
  /** v4 user access tokens. */
  readonly accessTokens: Ledger<Session>
  readonly lists: Ledger<List>
  readonly #requestTokens: Ledger<RequestToken>
  readonly #requestTokensV4: Ledger<RequestToken>
  readonly #shelves = new Map<User, Shelf>()
  readonly #byCredential = new Map<string, Key>()
  readonly #byAccessToken = new Map<string, Key>()
  readonly #options: StateOptions
  readonly #clock: SandboxClock
  readonly #random: Random
  #lastList = 0

  constructor(options: StateOptions, clock: SandboxClock, random: Random) {
    const held = { now: clock.now, capacity: options.capacity }
    this.#options = options
    this.#clock = clock
    this.#random = random
    this.keys = options.keys
    this.users = options.users
    this.sessions = new Ledger(held)
    this.accessTokens = new Ledger(held)
    this.lists = new Ledger(held)
    this.guestSessions = new Ledger({ ...held, lifetime: options.lifetimes.guestSession })
    this.#requestTokens = new Ledger({ ...held, lifetime: options.lifetimes.requestToken })
    this.#requestTokensV4 = new Ledger({ ...held, lifetime: options.lifetimes.requestTokenV4 })
    for (const key of options.keys) {
      this.#byCredential.set(key.apiKey, key)
      this.#byAccessToken.set(key.accessToken, key)
    }
  }

  keyOf(apiKey: string): Key | undefined {
    return this.#byCredential.get(apiKey)
  }

  /** The key of a bearer token, which is a read access token or a user's access token. */
  keyOfBearer(token: string): Key | undefined {
    const key = this.#byAccessToken.get(token)
    if (key !== undefined) return key
    const granted = this.accessTokens.get(token)
    return granted === undefined ? undefined : this.#byCredential.get(granted.apiKey)
  }

  userNamed(username: string): User | undefined {
    return this.users.find((user) => user.username === username)
  }

  issueRequestToken(key: Key): RequestToken {
    return this.#issue(3, key, this.#random.hex(40), this.#options.lifetimes.requestToken, undefined)
  }

  issueRequestTokenV4(key: Key, redirectTo: string | undefined): RequestToken {
    const now = this.#clock.now() / 1000
    const value = jsonWebToken(
      {
        aud: key.apiKey,
        nbf: now,
        jti: this.#random.hex(24),
        scopes: ["pending_request_token"],
        version: 2,
        exp: Math.floor(now + this.#options.lifetimes.requestTokenV4 / 1000),
        ...(redirectTo === undefined ? {} : { redirect_to: redirectTo })
      },
      this.#random
    )
    return this.#issue(4, key, value, this.#options.lifetimes.requestTokenV4, redirectTo)
  }

  requestToken(value: string, version: 3 | 4): RequestToken | undefined {
    return (version === 3 ? this.#requestTokens : this.#requestTokensV4).get(value)
  }

  /** The first decision about a token stands. */
  decide(token: RequestToken, decision: Decision): Decided {
    if (token.decision !== undefined) return "decided before"
    token.decision = decision
    return "decided"
  }

  /** Who approved a token, if the approval has taken effect. */
  grantedBy(token: RequestToken): User | undefined {
    const now = this.#clock.now()
    const decision = token.decision
    if (decision !== undefined) return decision.allowed && decision.from <= now ? decision.user : undefined
    const { approvedAfter } = this.#options
    return approvedAfter !== undefined && token.issuedAt + approvedAfter <= now ? this.users[0] : undefined
  }

  /** Restarts a token's lifetime and returns when it now expires. */
  renew(token: RequestToken): number {
    token.expiresAt = this.#clock.now() + this.#options.lifetimes.requestToken
    this.#requestTokens.delete(token.value)
    this.#requestTokens.set(token.value, token)
    return token.expiresAt
  }

  /** Drops a token that has been used. */
  consume(token: RequestToken): void {
    const tokens = token.version === 3 ? this.#requestTokens : this.#requestTokensV4
    tokens.delete(token.value)
  }

  createSession(session: Session): string {
    const id = this.#random.hex(40)
    this.sessions.set(id, session)
    return id
  }

  createAccessToken(session: Session): string {
    const token = jsonWebToken(
      {
        aud: session.apiKey,
        nbf: this.#clock.now() / 1000,
        sub: session.user.accountId,
        jti: this.#random.hex(24),
        scopes: ["api_read", "api_write"],
        version: 1
      },
      this.#random
    )
    this.accessTokens.set(token, session)
    return token
  }

  createGuestSession(): { readonly id: string; readonly expiresAt: number } {
    const now = this.#clock.now()
    const id = this.#random.hex(32)
    this.guestSessions.set(id, { ratings: new Map(), usedAt: now })
    return { id, expiresAt: now + this.#options.lifetimes.guestSession }
  }

  guestSession(id: string): GuestSession | undefined {
    const session = this.guestSessions.get(id)
    if (session === undefined) return undefined
    const now = this.#clock.now()
    if (now - session.usedAt >= this.#options.lifetimes.guestSessionUnused) return undefined
    session.usedAt = now
    return session
  }

  createList(
    owner: User,
    details: Pick<List, "name" | "description" | "language" | "country" | "public">
  ): List {
    this.#lastList += 1
    const list: List = {
      id: this.#lastList,
      owner,
      createdAt: expiryTime(this.#clock.now()),
      ...details,
      items: new Map()
    }
    this.lists.set(String(list.id), list)
    return list
  }

  listsOf(owner: User): ReadonlyArray<List> {
    return this.lists.values().filter((list) => list.owner === owner)
  }

  shelf(user: User): Shelf {
    const shelf = this.#shelves.get(user)
    if (shelf !== undefined) return shelf
    const empty: Shelf = { ratings: new Map(), favorites: new Map(), watchlist: new Map() }
    this.#shelves.set(user, empty)
    return empty
  }

  /** How many entries there are, by kind. */
  sizes() {
    return {
      requestTokens: this.#requestTokens.size,
      requestTokensV4: this.#requestTokensV4.size,
      sessions: this.sessions.size,
      guestSessions: this.guestSessions.size,
      accessTokens: this.accessTokens.size,
      lists: this.lists.size
    }
  }

  /** Drops everything except keys and users. */
  reset(): void {
    for (const ledger of [
      this.sessions,
      this.accessTokens,
      this.lists,
      this.guestSessions,
      this.#requestTokens,
      this.#requestTokensV4
    ]) {
      ledger.clear()
    }
    this.#shelves.clear()
    this.#lastList = 0
  }

  #issue(
    version: 3 | 4,
    key: Key,
    value: string,
    lifetime: number,
    redirectTo: string | undefined
  ): RequestToken {
    const issuedAt = this.#clock.now()
    const token: RequestToken = {
      version,
      value,
      apiKey: key.apiKey,
      issuedAt,
      expiresAt: issuedAt + lifetime,
      redirectTo,
      decision: undefined
    }
    const tokens = version === 3 ? this.#requestTokens : this.#requestTokensV4
    tokens.set(value, token)
    return token
  }
}
