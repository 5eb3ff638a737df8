/**
 * A web framework takes some fields of what a route throws for its own answer.
 * Our errors have none of these fields. The visitor gets a plain 500, without
 * TMDB's words.
 */
import { createServer, type RequestListener } from "node:http"
import type { AddressInfo } from "node:net"
import { createTmdbClient, type Options } from "@tmdb-session/node/promise"
import { type Listening, listen } from "@tmdb-session/sandbox/node"
import express from "express"
import express4 from "express4"
import fastify from "fastify"
import { H3, toNodeHandler } from "h3"
import { createApp, eventHandler, toNodeListener } from "h3v1"
import Koa from "koa"
import { afterEach, assert, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest"
import { assertNoSecret } from "../../src/Secrets.js"

type Route = () => unknown
type Mode = "production" | "development"

/** An app of each framework, with one route. Express and Koa find the mode in `NODE_ENV`; h3 is told. */
const frameworks: Readonly<
  Record<string, (route: Route, mode: Mode) => RequestListener | Promise<RequestListener>>
> = {
  "Express 5": (route) => express().get("/", () => route()),
  // Express 4 ignores what a route returns, so a rejection has to be passed on.
  "Express 4": (route) =>
    express4().get("/", (_request, _response, next) => void Promise.resolve(route()).catch(next)),
  "Fastify 5": async (route) => {
    const app = fastify()
    app.get("/", () => route())
    await app.ready()
    return app.routing
  },
  "Koa 3": (route) => new Koa().use(() => route()).callback(),
  "h3 1": (route, mode) =>
    toNodeListener(createApp({ debug: mode === "development" }).use(eventHandler(() => route()))),
  "h3 2": (route, mode) =>
    toNodeHandler(new H3({ debug: mode === "development" }).get("/", () => route())) as RequestListener
}

const modes: ReadonlyArray<Mode> = ["production", "development"]

/** How a route fails. */
const ways: Readonly<Record<string, (error: unknown) => Route>> = {
  "at once": (error) => () => {
    throw error
  },
  "from an async function": (error) => async () => {
    throw error
  }
}

const sandbox = async (): Promise<Listening> => {
  const listening = await listen()
  onTestFinished(() => listening.close())
  return listening
}

const clientOf = ({ accessToken, apiUrl, webUrl }: Listening, options: Options = {}) => {
  const client = createTmdbClient({ accessToken, apiUrl, webUrl, retry: false, ...options })
  onTestFinished(() => client.close())
  return client
}

interface Failure {
  readonly error: unknown
  /** What the call had in its hands, beside the credentials. */
  readonly secrets: ReadonlyArray<string>
}

const failureOf = async (call: Promise<unknown>, ...secrets: ReadonlyArray<string>): Promise<Failure> => ({
  error: await call.then(
    () => assert.fail("the call succeeded"),
    (error: unknown) => error
  ),
  secrets
})

interface Case {
  /** What the error holds of TMDB's answer. */
  readonly holds: {
    readonly httpStatus: number
    readonly tmdbCode: number
    readonly tmdbMessage: string
    readonly errors?: ReadonlyArray<string>
  }
  readonly fail: (tmdb: Listening) => Promise<Failure>
}

/** Calls of a client, by what they fail with. */
const cases: Readonly<Record<string, Case>> = {
  SessionDenied: {
    holds: { httpStatus: 401, tmdbCode: 17, tmdbMessage: "Session denied." },
    fail: async (tmdb) => {
      const client = clientOf(tmdb, { accessToken: undefined, apiKey: tmdb.apiKey })
      const { requestToken } = await client.createRequestToken()
      return failureOf(client.createSession(requestToken), requestToken)
    }
  },
  RateLimited: {
    holds: {
      httpStatus: 429,
      tmdbCode: 25,
      tmdbMessage: "Your request count (46) is over the allowed limit of 40."
    },
    fail: (tmdb) => {
      tmdb.faults.add({ fault: "rateLimited", retryAfter: 3_600 })
      return failureOf(clientOf(tmdb).createRequestToken())
    }
  },
  InvalidRequest: {
    holds: {
      httpStatus: 400,
      tmdbCode: 18,
      tmdbMessage: "Validation failed.",
      errors: ["Name must be provided."]
    },
    fail: async (tmdb) => {
      const { requestToken } = await clientOf(tmdb).createRequestToken()
      // The sandbox sends such a list to no operation of the client.
      const answer = {
        status_code: 18,
        status_message: "Validation failed.",
        errors: ["Name must be provided."]
      }
      const client = clientOf(tmdb, { fetch: async () => Response.json(answer, { status: 400 }) })
      return failureOf(client.createSession(requestToken), requestToken)
    }
  },
  NotFound: {
    holds: {
      httpStatus: 404,
      tmdbCode: 34,
      tmdbMessage: "The resource you requested could not be found."
    },
    fail: (tmdb) => failureOf(clientOf(tmdb, { apiUrl: `${tmdb.apiUrl}/nowhere` }).createRequestToken())
  },
  ServiceUnavailable: {
    holds: {
      httpStatus: 503,
      tmdbCode: 46,
      tmdbMessage: "The API is undergoing maintenance. Try again later."
    },
    fail: async (tmdb) => {
      const client = clientOf(tmdb)
      const { requestToken } = await client.createRequestTokenV4()
      tmdb.approve(requestToken)
      const { accessToken } = await client.createAccessToken(requestToken)
      tmdb.faults.add({ fault: "maintenance" })
      return failureOf(client.createSessionFromAccessToken(accessToken), requestToken, accessToken)
    }
  }
}

/** The answer that a visitor gets. */
const visit = async (listener: RequestListener) => {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  try {
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    const { status, statusText } = response
    const { date: _, ...headers } = Object.fromEntries(response.headers)
    return { status, statusText, headers, body: await response.text() }
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

/** An error without fields of its own. */
const plain = ({ message, stack }: Error): Error => Object.assign(new Error(message), { stack })

beforeEach(() => {
  // Where Express, Koa and h3 log what a route throws.
  vi.spyOn(console, "error").mockImplementation(() => undefined)
})

afterEach(() => {
  vi.unstubAllEnvs()
})

it.each(Object.entries(cases))(
  "given TMDB's refusal, when a call fails with %s, then the error holds TMDB's words",
  async (_tag, { fail, holds }) => {
    expect((await fail(await sandbox())).error).toMatchObject({ _tag, ...holds })
  }
)

describe.each(Object.entries(frameworks))("given an app of %s", (_, appOf) => {
  describe.each(modes)("in %s", (mode) => {
    beforeEach(() => {
      vi.stubEnv("NODE_ENV", mode)
    })

    describe.each(Object.entries(ways))("when a route throws %s", (_, routeOf) => {
      const answerTo = async (error: unknown) => visit(await appOf(routeOf(error), mode))

      it.each(Object.entries(cases))(
        "%s, then the visitor gets a plain 500 without TMDB's words",
        async (_tag, { fail, holds }) => {
          const tmdb = await sandbox()
          const { error, secrets } = await fail(tmdb)
          assert.instanceOf(error, Error)

          const answer = await answerTo(error)

          assert.strictEqual(answer.status, 500)
          for (const words of [holds.tmdbMessage, ...(holds.errors ?? [])]) {
            assert.notInclude(JSON.stringify(answer), words)
          }
          assertNoSecret(answer, [tmdb.apiKey, tmdb.accessToken, ...secrets])
          assert.deepStrictEqual(answer, await answerTo(plain(error)))
        }
      )

      it("an error with a status, then the visitor gets that status", async () => {
        assert.strictEqual((await answerTo(Object.assign(new Error("Denied"), { status: 401 }))).status, 401)
      })
    })
  })
})
