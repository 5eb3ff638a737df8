/**
 * What the suite needs from an adapter. Nothing here uses Node or the DOM, so
 * the same cases run in a process and on a page.
 */
import type { SessionStore } from "@tmdb-session/core/SessionStore"
import type { Options, TmdbClient } from "@tmdb-session/core/TmdbClient"
import type { InvalidConfiguration } from "@tmdb-session/core/TmdbError"
import type * as Layer from "effect/Layer"

export interface Adapter {
  readonly name: string
  /** A client over the adapter's own transport, with every requirement provided. */
  readonly client: (options: Options) => Layer.Layer<TmdbClient, InvalidConfiguration>
  /** The adapter's stores, by name. Each layer starts empty. */
  readonly stores: Readonly<Record<string, () => Layer.Layer<SessionStore, InvalidConfiguration>>>
  /** How many people sign in at the same time. */
  readonly crowd: number
  /** What the platform shows the adapter. A page sees less than a process. */
  readonly sees: {
    /** Every header of an answer, including `Date` and the edge's request id. */
    readonly headers: boolean
    /** Why a connection failed. */
    readonly connections: boolean
    /** The status of a redirect. */
    readonly redirects: boolean
  }
  /** Whether a client may have no credential, since an app's own proxy may add one. */
  readonly proxied: boolean
  /**
   * Whether the platform itself sends a request again, once, if its kept-alive
   * connection was dead. A page cannot prevent it.
   */
  readonly resends: boolean
}
