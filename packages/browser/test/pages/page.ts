/** A page with the adapter on it, for the tests to use as a page's own script would. */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as adapter from "../../src/index.js"
import { createTmdbClient } from "../../src/promise.js"

const exposed = { ...adapter, createTmdbClient, Effect, Fiber, Layer, Option, Redacted, Stream }

declare global {
  var tmdb: typeof exposed
  /** What a test keeps between two looks at the page. */
  var kept: { result?: Promise<unknown>; abort?: AbortController; asked?: Array<unknown> }
}

globalThis.tmdb = exposed
globalThis.kept = {}
