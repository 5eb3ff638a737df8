/**
 * Controls the sandbox over HTTP, for tests in another language or in a browser.
 * A page that a developer happens to visit must not be able to: requests are
 * answered only for loopback hosts and those in `allowHosts`, and from a page
 * only for the origins in `allowOrigins`.
 */
import * as Duration from "effect/Duration"
import type { Rule } from "../Faults.js"
import type { Answer, HeaderList } from "./answer.js"
import { header, type RequestHead } from "./request.js"

export type Control = (head: RequestHead, path: string, body: string) => Answer

/** What can be done over HTTP. In process, `createSession` can be called as well. */
export interface Controlled {
  readonly approve: (requestToken: string, username?: string) => void
  readonly deny: (requestToken: string) => void
  readonly advance: (duration: Duration.DurationInput) => void
  readonly faults: {
    readonly add: (...rules: ReadonlyArray<Rule>) => void
    readonly clear: () => void
    readonly list: () => ReadonlyArray<Rule>
  }
  readonly reset: () => void
  readonly inspect: () => object
}

export interface Guard {
  readonly allowOrigins: ReadonlyArray<string>
  readonly allowHosts: ReadonlyArray<string>
}

const LOOPBACK = /^(127(\.\d{1,3}){3}|localhost|\[::1\])$/

const isLoopback = (host: string): boolean => LOOPBACK.test(host.toLowerCase().replace(/:\d+$/, ""))

const json = (status: number, body: unknown, headers: HeaderList = []): Answer => ({
  status,
  headers: [
    ["Content-Type", "application/json"],
    ["Cache-Control", "no-store"],
    ["Vary", "Origin"],
    ...headers
  ],
  body: JSON.stringify(body)
})

const refused = (error: string): Answer => json(403, { error })

/** A request that cannot be carried out. Its message may be sent back. */
class Unusable extends Error {}

type Fields = { readonly [field: string]: unknown }

const parse = (body: string): unknown => {
  if (body === "") return {}
  try {
    return JSON.parse(body)
  } catch {
    throw new Unusable("The body must be JSON.")
  }
}

const fieldsOf = (value: unknown): Fields => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Unusable("The body must be a JSON object.")
  }
  return value as Fields
}

const textField = (fields: Fields, name: string): string => {
  const value = fields[name]
  if (typeof value !== "string") throw new Unusable(`"${name}" must be a string.`)
  return value
}

const actions: {
  readonly [call: string]: (controlled: Controlled, value: unknown) => unknown
} = {
  "GET /__sandbox/inspect": (controlled) => controlled.inspect(),
  "GET /__sandbox/faults": (controlled) => controlled.faults.list(),
  "POST /__sandbox/approve": (controlled, value) => {
    const fields = fieldsOf(value)
    const username = fields["username"] === undefined ? undefined : textField(fields, "username")
    controlled.approve(textField(fields, "request_token"), username)
  },
  "POST /__sandbox/deny": (controlled, value) => {
    controlled.deny(textField(fieldsOf(value), "request_token"))
  },
  "POST /__sandbox/advance": (controlled, value) => {
    const duration = Duration.decodeUnknown(fieldsOf(value)["duration"])
    if (duration._tag === "None")
      throw new Unusable('"duration" must be a duration, such as "1 hour" or 1000.')
    controlled.advance(duration.value)
  },
  "POST /__sandbox/faults": (controlled, value) => {
    controlled.faults.add(...((Array.isArray(value) ? value : [value]) as ReadonlyArray<Rule>))
  },
  "DELETE /__sandbox/faults": (controlled) => controlled.faults.clear(),
  "POST /__sandbox/reset": (controlled) => controlled.reset()
}

/** The control calls, for the OpenAPI document. */
export const controlCalls: ReadonlyArray<string> = Object.keys(actions)

const perform = (controlled: Controlled, call: string, body: string, headers: HeaderList): Answer => {
  const action = Object.hasOwn(actions, call) ? actions[call] : undefined
  if (action === undefined)
    return json(404, { error: "There is no such control call.", controls: controlCalls }, headers)
  try {
    return json(200, action(controlled, parse(body)) ?? { ok: true }, headers)
  } catch (problem) {
    return json(
      400,
      { error: problem instanceof Error ? problem.message : "The request cannot be carried out." },
      headers
    )
  }
}

export const makeControl =
  (controlled: Controlled, guard: Guard): Control =>
  (head, path, body) => {
    const host = header(head, "host") ?? ""
    if (!isLoopback(host) && !guard.allowHosts.includes(host)) {
      return refused("The sandbox can be controlled only through a loopback address or a host in allowHosts.")
    }
    const origin = header(head, "origin")
    if (origin !== undefined && !guard.allowOrigins.includes(origin)) {
      return refused("Web pages cannot control the sandbox, except from an origin in allowOrigins.")
    }
    const headers: HeaderList =
      origin === undefined
        ? []
        : [
            ["Access-Control-Allow-Origin", origin],
            ["Access-Control-Allow-Methods", "GET, POST, DELETE"],
            ["Access-Control-Allow-Headers", "Content-Type"]
          ]
    if (head.method === "OPTIONS") return { status: 204, headers: [["Vary", "Origin"], ...headers], body: "" }
    const method = head.method === "HEAD" ? "GET" : head.method
    if (
      method === "POST" &&
      header(head, "content-type")?.includes("application/json") !== true &&
      body !== ""
    ) {
      return json(415, { error: "The body must be sent as application/json." }, headers)
    }
    return perform(controlled, `${method} ${path}`, body, headers)
  }
