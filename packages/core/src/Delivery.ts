/**
 * What core tells an adapter about a request, and what the adapter reports of
 * its delivery. `HttpClient` has no place for either.
 *
 * An adapter that looks this service up in the fiber's context lets an error say
 * that nothing was sent. Without that, delivery counts as unknown.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type { Delivered } from "./TmdbError.js"

/**
 * One operation, with its retries. It sends one request at a time.
 *
 * @since 0.1.0
 * @category models
 */
export interface Attempt {
  /**
   * The request consumes what it carries, so it must not be lost on a
   * connection that died while idle. Send it on a connection that is new or was in
   * use within the last second.
   */
  readonly consuming: boolean
  /** Set by the adapter: `"no"` until the first byte of the request is sent, then `"unknown"`. */
  delivered: Delivered
}

/**
 * Core provides it to `HttpClient` with each request.
 *
 * @example
 * import { Delivery } from "@tmdb-session/core"
 * import { Context, Option, type Fiber } from "effect"
 *
 * // In an adapter's HttpClient, just before it connects:
 * const connecting = (fiber: Fiber.RuntimeFiber<unknown, unknown>) => {
 *   const attempt = Context.getOption(fiber.currentContext, Delivery.Delivery)
 *   if (Option.isSome(attempt)) attempt.value.delivered = "no"
 * }
 *
 * @since 0.1.0
 * @category tags
 */
export class Delivery extends Context.Tag("@tmdb-session/core/Delivery")<Delivery, Attempt>() {}

/**
 * The largest answer body that is read, in bytes. The answers of these operations
 * are under a kilobyte.
 *
 * @since 0.1.0
 * @category constants
 */
export const bodyLimit = 1_048_576
