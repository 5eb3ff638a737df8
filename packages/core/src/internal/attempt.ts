/** A call while it runs: what is known of it, however it ends. */
import type * as Delivery from "../Delivery.js"
import type * as Endpoint from "../Endpoint.js"

/** The adapter writes `delivered`, and `call.ts` the rest. */
export interface Attempt extends Delivery.Attempt {
  /** When the call's time is over, in milliseconds since the epoch. */
  readonly deadline: number
  /** How many requests were sent. */
  requests: number
  /** The status of the last answer, if there was one. */
  httpStatus: number | undefined
}

export const begin = (endpoint: Endpoint.Any, deadline: number): Attempt => ({
  consuming: endpoint.repeat === "never",
  deadline,
  delivered: "unknown",
  requests: 0,
  httpStatus: undefined
})
