/**
 * What the suite asks of an adapter. Nothing here knows Node or the DOM, so
 * that the same cases run in a process and on a page.
 */
import type { SessionStore } from "@tmdb-session/core/SessionStore"
import type { Options, TmdbClient } from "@tmdb-session/core/TmdbClient"
import type { InvalidConfiguration } from "@tmdb-session/core/TmdbError"
import type * as Layer from "effect/Layer"

export interface Adapter {
  readonly name: string
  /** A client over the adapter's own transport, with nothing left to provide. */
  readonly client: (options: Options) => Layer.Layer<TmdbClient, InvalidConfiguration>
  /** Each kind of store that the adapter has, by name; every layer starts empty. */
  readonly stores: Readonly<Record<string, () => Layer.Layer<SessionStore, InvalidConfiguration>>>
  /** How many people sign in at once. */
  readonly crowd: number
  /** What the platform lets an adapter see; a page sees less than a process. */
  readonly sees: {
    /** Every header of an answer, `Date` and the edge's request id among them. */
    readonly headers: boolean
    /** Why a connection failed. */
    readonly connections: boolean
    /** The status of a redirect. */
    readonly redirects: boolean
  }
  /** Takes no credential for the app's own proxy adding one. */
  readonly proxied: boolean
  /**
   * The platform itself sends a request again, once, when the kept-alive
   * connection it went out on turns out to be dead; a page cannot forbid it.
   */
  readonly resends: boolean
}
