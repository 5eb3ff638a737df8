/** A `fetch` that caches, or follows redirects, by itself: some frameworks and runtimes have one. */
import { once } from "node:events"
import { createServer, type RequestListener } from "node:http"
import type { AddressInfo } from "node:net"
import { FetchHttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import * as Authentication from "@tmdb-session/core/Authentication"
import * as TmdbClient from "@tmdb-session/core/TmdbClient"
import type * as TmdbError from "@tmdb-session/core/TmdbError"
import { createTmdbClient } from "@tmdb-session/node/promise"
import { listen } from "@tmdb-session/sandbox/node"
import { opened } from "@tmdb-session/testing/Opened"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"

/** As Next 13 and 14 install one: a GET is answered from the cache unless it says `no-store`. */
const cachingFetch = (): typeof globalThis.fetch => {
  const kept = new Map<string, Response>()
  return async (input, init) => {
    const url = String(input)
    if ((init?.method ?? "GET") !== "GET" || init?.cache === "no-store") return fetch(input, init)
    const answer = kept.get(url) ?? (await fetch(input, init))
    kept.set(url, answer)
    return answer.clone()
  }
}

/** Core over the platform's client, with nothing of an adapter. */
const bare = (options: TmdbClient.Options, fetch: typeof globalThis.fetch = globalThis.fetch) =>
  TmdbClient.layer({ retry: false, ...options }).pipe(
    Layer.provide(FetchHttpClient.layer),
    Layer.provide(Layer.succeed(FetchHttpClient.Fetch, fetch))
  )

describe("given a fetch that caches", () => {
  it.scopedLive("core asks TMDB for each request token", () =>
    Effect.gen(function* () {
      const { accessToken, apiUrl } = yield* opened(listen)
      const token = Effect.map(Authentication.createRequestToken(), ({ requestToken }) => requestToken)
      const [one, other] = yield* Effect.all([token, token]).pipe(
        Effect.provide(bare({ accessToken, apiUrl }, cachingFetch()))
      )
      assert.notStrictEqual(Redacted.value(one), Redacted.value(other))
    })
  )

  it.scopedLive("the promise client gives two visitors two request tokens", () =>
    Effect.gen(function* () {
      const { accessToken, apiUrl } = yield* opened(listen)
      const tmdb = createTmdbClient({ accessToken, apiUrl, fetch: cachingFetch() })
      const [one, other] = yield* Effect.promise(() =>
        Promise.all([tmdb.createRequestToken(), tmdb.createRequestToken()])
      )
      const later = yield* Effect.promise(() => tmdb.createRequestToken())
      const tokens = new Set([one, other, later].map(({ requestToken }) => requestToken))
      assert.strictEqual(tokens.size, 3)
    })
  )
})

describe("given a redirect to another origin, it gets not one request", () => {
  const serving = (listener: RequestListener): Effect.Effect<string, never, Scope.Scope> =>
    Effect.acquireRelease(
      Effect.promise(async () => {
        const server = createServer(listener).listen(0, "127.0.0.1")
        await once(server, "listening")
        return server
      }),
      (server) =>
        Effect.sync(() => {
          server.close()
          server.closeAllConnections()
        })
    ).pipe(Effect.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`))

  const login = { username: "filmfan", password: "canary password", requestToken: "canary-token" }
  const calls: Readonly<Record<string, Effect.Effect<unknown, TmdbError.TmdbError, TmdbClient.TmdbClient>>> =
    {
      createRequestToken: Authentication.createRequestToken(),
      validateWithLogin: Authentication.validateWithLogin(login),
      createSession: Authentication.createSession("canary-token"),
      deleteSession: Authentication.deleteSession("canary-session")
    }

  for (const status of [301, 302, 303, 307, 308]) {
    for (const [name, call] of Object.entries(calls)) {
      it.scopedLive(`of HTTP ${status} by ${name}, over the platform's own fetch client`, () =>
        Effect.gen(function* () {
          let reached = 0
          const elsewhere = yield* serving((_, response) => {
            reached += 1
            response.end("{}")
          })
          const apiUrl = yield* serving((_, response) => {
            response.writeHead(status, { location: `${elsewhere}/3/here` }).end()
          })
          const error = yield* Effect.flip(
            Effect.provide(call, bare({ apiKey: "0123456789abcdef0123456789abcdef", apiUrl }))
          )
          assert.deepInclude(error, { _tag: "UnexpectedResponse", reason: "redirect" })
          assert.strictEqual(reached, 0)
        })
      )
    }
  }
})
