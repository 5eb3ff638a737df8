/** What `fetch` must not do by itself, over the platform's own client and nothing else. */
import { FetchHttpClient } from "@effect/platform"
import { afterEach, describe, expect, it, vi } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { TmdbClient } from "../src/index.js"
import { operations } from "./Operations.js"
import { accessToken } from "./Stub.js"

const hardened = {
  cache: "no-store",
  credentials: "omit",
  redirect: "manual",
  referrerPolicy: "no-referrer"
} as const

type Field = keyof typeof hardened

/** What `fetch` is told by each operation in turn, on this runtime. */
const told = (
  around: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R> = (effect) => effect
) =>
  Effect.gen(function* () {
    const seen: Array<RequestInit | undefined> = []
    const fetch: typeof globalThis.fetch = async (_, init) => {
      seen.push(init)
      return new Response("{}")
    }
    const client = TmdbClient.layer({ accessToken, retry: false }).pipe(
      Layer.provide(FetchHttpClient.layer),
      Layer.provide(Layer.succeed(FetchHttpClient.Fetch, fetch))
    )
    for (const { call } of operations) yield* around(Effect.ignore(Effect.provide(call, client)))
    expect(seen).toHaveLength(operations.length)
    return seen
  })

afterEach(() => {
  vi.unstubAllGlobals()
})

describe("each operation tells fetch", () => {
  it.live("to keep nothing, send no cookies, follow no redirect and name no page", () =>
    Effect.gen(function* () {
      for (const init of yield* told()) expect(init).toMatchObject(hardened)
    })
  )

  it.live("so whatever the app tells it", () =>
    Effect.gen(function* () {
      const careless: RequestInit = {
        cache: "force-cache",
        credentials: "include",
        redirect: "follow",
        referrerPolicy: "unsafe-url"
      }
      const around = Effect.provideService(FetchHttpClient.RequestInit, careless)
      for (const init of yield* told(around)) expect(init).toMatchObject(hardened)
    })
  )

  for (const refused of Object.keys(hardened) as ReadonlyArray<Field>) {
    it.live(`nothing of ${refused} on a runtime that throws at it, and the rest`, () =>
      Effect.gen(function* () {
        const { [refused]: _, ...others } = hardened
        class OlderRequest {
          constructor(_: string, init: RequestInit) {
            if (init[refused] !== undefined) throw new Error(`The '${refused}' field is not implemented.`)
          }
        }
        vi.stubGlobal("Request", OlderRequest)
        for (const init of yield* told()) {
          expect(init).toMatchObject(others)
          expect(init?.[refused]).toBeUndefined()
        }
      })
    )
  }

  it.live("all of it on a runtime without Request", () =>
    Effect.gen(function* () {
      vi.stubGlobal("Request", undefined)
      for (const init of yield* told()) expect(init).toMatchObject(hardened)
    })
  )
})
