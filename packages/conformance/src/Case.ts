/** A case: what must hold for every adapter. */
import type { Options, TmdbClient } from "@tmdb-session/core/TmdbClient"
import type { InvalidConfiguration } from "@tmdb-session/core/TmdbError"
import * as Effect from "effect/Effect"
import type { Adapter } from "./Adapter.js"
import { Tmdb } from "./Tmdb.js"

export interface Case {
  readonly name: string
  readonly run: Effect.Effect<void, unknown, Tmdb>
}

/** Runs an effect with the adapter's client for the sandbox. It does not retry unless the case says so. */
export const withClient =
  (adapter: Adapter, options: Options = {}) =>
  <A, E, R>(
    effect: Effect.Effect<A, E, R>
  ): Effect.Effect<A, E | InvalidConfiguration, Exclude<R, TmdbClient> | Tmdb> =>
    Effect.flatMap(Tmdb, ({ accessToken, apiUrl, webUrl }) => {
      const credential = options.apiKey === undefined ? { accessToken } : {}
      return Effect.provide(
        effect,
        adapter.client({ ...credential, apiUrl, webUrl, retry: false, timeout: "5 seconds", ...options })
      )
    })
