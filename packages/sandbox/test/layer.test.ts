/**
 * The sandbox as an Effect layer.
 */
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import { describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { expect } from "vitest"
import { Sandbox } from "../src/index.js"
import { API, SESSION_DENIED } from "./client.js"

const call = (request: HttpClientRequest.HttpClientRequest) =>
  Effect.gen(function* () {
    const sandbox = yield* Sandbox.Sandbox
    const client = yield* HttpClient.HttpClient
    const response = yield* client.execute(HttpClientRequest.bearerToken(request, sandbox.accessToken))
    return yield* response.text
  })

const requestToken = Effect.map(
  call(HttpClientRequest.get(`${API}/3/authentication/token/new`)),
  (body): string => JSON.parse(body).request_token
)

const exchange = (request_token: string) =>
  HttpClientRequest.post(`${API}/3/authentication/session/new`).pipe(
    HttpClientRequest.bodyUnsafeJson({ request_token }),
    call
  )

describe("Sandbox.layer", () => {
  it.effect("provides a sandbox and a client that reaches it", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.Sandbox
      const token = yield* requestToken
      sandbox.approve(token)
      expect(yield* exchange(token)).toMatch(/^\{"success":true,"session_id":"[0-9a-f]{40}"\}$/)
      expect(yield* exchange(token)).toBe(SESSION_DENIED)
    }).pipe(Effect.provide(Sandbox.layer()))
  )

  it.effect("goes by the clock of the test", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.Sandbox
      expect(sandbox.inspect().now).toBe(0)
      const token = yield* requestToken
      sandbox.approve(token)
      yield* TestClock.adjust("1 hour")
      expect(yield* exchange(token)).toBe(SESSION_DENIED)
    }).pipe(Effect.provide(Sandbox.layer()))
  )

  it.effect("fails as a client does when the connection is lost", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.Sandbox
      sandbox.faults.add({ fault: "replyLost" })
      const error = yield* Effect.flip(requestToken)
      expect(error).toMatchObject({ _tag: "RequestError", reason: "Transport" })
      expect(sandbox.inspect().held.requestTokens).toBe(1)
    }).pipe(Effect.provide(Sandbox.layer()))
  )

  it.effect("takes the options that any sandbox takes", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.Sandbox
      expect(sandbox.users.map((user) => user.username)).toEqual(["ada"])
    }).pipe(Effect.provide(Sandbox.layer({ users: [{ username: "ada" }] })))
  )
})
