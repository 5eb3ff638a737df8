/** The suite on a page: it is bundled, and the test process calls each case. */
import { layer, SessionStore, WebSessionStore } from "@tmdb-session/browser"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import type { Adapter } from "./Adapter.js"
import { suite } from "./suite.js"
import { type Address, make, Tmdb } from "./Tmdb.js"

const emptied = (storage: Storage, store: Layer.Layer<SessionStore.SessionStore>) =>
  Layer.suspend(() => {
    storage.clear()
    return store
  })

const browser: Adapter = {
  name: "browser",
  // The credential is the sandbox's, so it is no secret.
  client: (options) => layer({ ...options, dangerouslyAllowBrowser: true }),
  stores: {
    "the store in memory": () => SessionStore.layerMemory,
    "the store in localStorage": () => emptied(localStorage, WebSessionStore.layerLocal()),
    "the store in sessionStorage": () => emptied(sessionStorage, WebSessionStore.layerSession())
  },
  crowd: 100,
  sees: { headers: false, connections: false, redirects: false },
  proxied: true,
  resends: true
}

const cases = suite(browser)

export interface Conformance {
  readonly names: ReadonlyArray<string>
  /** Runs a case. Resolves with what went wrong, or with nothing. */
  readonly run: (index: number, address: Address) => Promise<string | undefined>
}

const conformance: Conformance = {
  names: cases.map(({ name }) => name),
  run: async (index, address) => {
    const run = cases[index]?.run ?? Effect.dieMessage("There is no such case")
    const exit = await Effect.runPromiseExit(Effect.provideService(run, Tmdb, make(address)))
    return Exit.isSuccess(exit) ? undefined : Cause.pretty(exit.cause)
  }
}

Object.assign(globalThis, { conformance })
