/** The state of a call while it runs. */
import type * as Delivery from "../Delivery.js"
import type * as Endpoint from "../Endpoint.js"

/** `call.ts` updates it for each request. The adapter sets `delivered`. */
export interface Attempt extends Delivery.Attempt {
  /** When the call times out, in milliseconds since the epoch. */
  readonly deadline: number
  /** How many requests were sent. */
  requests: number
  /** The status of the last request's answer, if there was one. */
  httpStatus: number | undefined
}

export const begin = (endpoint: Endpoint.Any, deadline: number): Attempt => ({
  consuming: endpoint.repeat === "never",
  deadline,
  delivered: "unknown",
  requests: 0,
  httpStatus: undefined
})
