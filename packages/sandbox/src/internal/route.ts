/**
 * A row of the sandbox's route table, and what its `run` is given. The request
 * handler and the OpenAPI document both read the rows.
 */

import type { Key } from "../Key.js"
import type { Unknowns } from "../Unknowns.js"
import type { User } from "../User.js"
import type { Reply } from "./answer.js"
import { failure } from "./answer.js"
import type { RequestToken, Session, State } from "./state.js"

export type JsonSchema = { readonly [keyword: string]: unknown }

export type Method = "GET" | "POST" | "PUT" | "DELETE"

export interface Parameter {
  readonly name: string
  readonly required?: boolean
  readonly schema: JsonSchema
}

export interface Route {
  readonly operationId: string
  readonly method: Method
  readonly path: string
  readonly summary: string
  /** v4 takes only a bearer token, except to read a list. Everything else also takes an API key. */
  readonly credential: "any" | "bearer"
  readonly query?: ReadonlyArray<Parameter>
  readonly payload?: JsonSchema
  readonly success: { readonly status: 200 | 201; readonly schema: JsonSchema }
  /** Its other HTTP statuses, which come with TMDB's status body. The 401 of a bad credential needs no mention. */
  readonly otherwise: ReadonlyArray<number>
  readonly run: (call: Call) => Reply
}

export type Payload = { readonly [field: string]: unknown }

export interface Call {
  readonly state: State
  readonly unknowns: Unknowns
  readonly key: Key
  /** The bearer token of the call, if it has one. */
  readonly bearer: string | undefined
  readonly parameters: { readonly [name: string]: string }
  readonly query: URLSearchParams
  /** The body, if it is a JSON object sent as JSON. */
  readonly payload: () => Payload | undefined
  /** Milliseconds, by the sandbox's clock. */
  readonly now: number
  /** Writes a time for this answer. The fault `skewedClock` shifts it. */
  readonly written: (milliseconds: number) => string
  readonly webUrl: string
}

/** TMDB answers code 5 to a body that is not JSON or is not sent as JSON. */
export const withPayload = (call: Call, use: (payload: Payload) => Reply): Reply => {
  const payload = call.payload()
  return payload === undefined ? failure(5) : use(payload)
}

/** A session is valid only with the key it was made with. */
export const sessionOf = (call: Call): Session | undefined => {
  const id = call.query.get("session_id")
  const session = id === null ? undefined : call.state.sessions.get(id)
  return session?.apiKey === call.key.apiKey ? session : undefined
}

export const withUser = (call: Call, use: (user: User) => Reply): Reply => {
  const session = sessionOf(call)
  return session === undefined ? failure(3) : use(session.user)
}

/** A request token is valid only with the key it was issued to. */
export const requestTokenOf = (call: Call, value: unknown, version: 3 | 4): RequestToken | undefined => {
  const token = typeof value === "string" ? call.state.requestToken(value, version) : undefined
  return token?.apiKey === call.key.apiKey ? token : undefined
}

export const object = (
  properties: { readonly [name: string]: JsonSchema },
  required = Object.keys(properties)
) => ({
  type: "object",
  properties,
  required
})

export const text: JsonSchema = { type: "string" }
export const integer: JsonSchema = { type: "integer" }
export const number: JsonSchema = { type: "number" }
export const truth: JsonSchema = { type: "boolean" }
export const succeeded: JsonSchema = { type: "boolean", const: true }
export const textOrNull: JsonSchema = { type: ["string", "null"] }
export const hexadecimal = (digits: number): JsonSchema => ({
  type: "string",
  pattern: `^[0-9a-f]{${digits}}$`
})
export const time: JsonSchema = {
  type: "string",
  pattern: "^\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2}:\\d{2} UTC$"
}
export const statusBody: JsonSchema = object({ success: truth, status_code: integer, status_message: text })
