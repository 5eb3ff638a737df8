/** The stand-in for TMDB that the cases run against. It is controlled over HTTP, since the cases also run on a page. */
import type { SecretInput } from "@tmdb-session/core/Credentials"
import type { Faults, Sandbox } from "@tmdb-session/sandbox"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"

/** The sandbox's address, credentials and users: plain JSON, so that it can be passed to a page. */
export interface Address {
  readonly apiUrl: string
  readonly webUrl: string
  readonly apiKey: string
  readonly accessToken: string
  readonly suspendedAccessToken: string
  readonly person: Login
  readonly disabled: Login
  readonly unverified: Login
}

export interface Login {
  readonly username: string
  readonly password: string
}

/** The options of the sandbox: the keys and users that the cases need. */
export const options = {
  keys: [
    { apiKey: "c0ffee00c0ffee00c0ffee00c0ffee00" },
    { apiKey: "deadbeefdeadbeefdeadbeefdeadbeef", suspended: true }
  ],
  users: [
    { username: "filmfan", password: "canary password of filmfan" },
    { username: "disabled", password: "canary password of disabled", status: "disabled" },
    { username: "unverified", password: "canary password of unverified", status: "unverified" }
  ]
} satisfies Sandbox.Options

/** The address of a sandbox that was made with `options`. */
export const addressOf = (
  sandbox: Pick<Sandbox.Service, "apiKey" | "accessToken" | "keys" | "users"> & {
    readonly apiUrl: string
    readonly webUrl: string
  }
): Address => {
  const [person, disabled, unverified] = sandbox.users
  const suspended = sandbox.keys[1]
  if (suspended === undefined || disabled === undefined || unverified === undefined) {
    throw new TypeError("The sandbox was not made with the options of the suite.")
  }
  const { accessToken, apiKey, apiUrl, webUrl } = sandbox
  return {
    apiUrl,
    webUrl,
    apiKey,
    accessToken,
    suspendedAccessToken: suspended.accessToken,
    person,
    disabled,
    unverified
  }
}

const reveal = (secret: SecretInput): string =>
  Redacted.isRedacted(secret) ? Redacted.value(secret) : secret

export interface Service extends Address {
  readonly approve: (requestToken: SecretInput) => Effect.Effect<void>
  readonly deny: (requestToken: SecretInput) => Effect.Effect<void>
  readonly advance: (duration: string) => Effect.Effect<void>
  readonly fault: (rule: Faults.Rule) => Effect.Effect<void>
  /** Removes every fault. */
  readonly noFaults: Effect.Effect<void>
  readonly reset: Effect.Effect<void>
  readonly inspect: Effect.Effect<Sandbox.Inspection>
  /** How many requests an endpoint received, such as `"POST /3/authentication/session/new"`. */
  readonly asked: (endpoint: string) => Effect.Effect<number>
}

export class Tmdb extends Context.Tag("@tmdb-session/conformance/Tmdb")<Tmdb, Service>() {}

export const make = (address: Address): Service => {
  const control = (method: string, action: string, body?: unknown): Effect.Effect<unknown> =>
    Effect.promise(async () => {
      const response = await fetch(`${address.apiUrl}/__sandbox/${action}`, {
        method,
        ...(body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { "content-type": "application/json" } })
      })
      if (!response.ok) throw new Error(`${method} ${action}: ${await response.text()}`)
      return response.json()
    })
  const inspect = control("GET", "inspect") as Effect.Effect<Sandbox.Inspection>
  const of = (requestToken: SecretInput) => ({ request_token: reveal(requestToken) })
  return {
    ...address,
    approve: (requestToken) => Effect.asVoid(control("POST", "approve", of(requestToken))),
    deny: (requestToken) => Effect.asVoid(control("POST", "deny", of(requestToken))),
    advance: (duration) => Effect.asVoid(control("POST", "advance", { duration })),
    fault: (rule) => Effect.asVoid(control("POST", "faults", rule)),
    noFaults: Effect.asVoid(control("DELETE", "faults")),
    reset: Effect.asVoid(control("POST", "reset")),
    inspect,
    asked: (endpoint) => Effect.map(inspect, ({ requests }) => requests[endpoint] ?? 0)
  }
}
