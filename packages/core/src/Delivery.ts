/**
 * What core tells an adapter about a request, and what the adapter knows of
 * its delivery.
 *
 * `HttpClient` has no place for either. An adapter looks this service up in the
 * fiber's context, and errors can then say truly that nothing was sent. If it
 * does not, core assumes that something may have been sent.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type { Delivered } from "./TmdbError.js"

/**
 * One operation's attempt, its repeats included: one request at a time.
 *
 * @since 0.1.0
 * @category models
 */
export interface Attempt {
  /**
   * The request consumes what it carries, so it must not be lost on a
   * connection that died while idle: it goes out on one that is fresh or was in
   * use within the last second.
   */
  readonly consuming: boolean
  /** Set by the adapter: `"no"` as long as no byte of the request was sent, `"unknown"` from then on. */
  delivered: Delivered
}

/**
 * Provided around each operation of core.
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
 * The largest body that is read, in bytes. TMDB's own answers here are under a
 * kilobyte.
 *
 * @since 0.1.0
 * @category constants
 */
export const bodyLimit = 1_048_576
