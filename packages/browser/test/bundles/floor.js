/**
 * The floor: what a page weighs that signs in by the same libraries with
 * nothing of ours, and with nothing thought of. A client as a layer, both
 * answers decoded, one wait, one timeout, one error.
 */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as DateTime from "effect/DateTime"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"

class Failed extends Data.TaggedError("Failed") {}

class Client extends Context.Tag("Client")() {}

const live = Layer.effect(
  Client,
  Effect.map(HttpClient.HttpClient, (http) => ({
    send: (request, schema) =>
      http.execute(request).pipe(
        Effect.flatMap(HttpClientResponse.schemaBodyJson(schema)),
        Effect.mapError(() => new Failed()),
        Effect.timeoutFail({ duration: "10 seconds", onTimeout: () => new Failed() })
      )
  }))
)

const ExpiresAt = Schema.transform(Schema.String, Schema.DateTimeUtcFromSelf, {
  strict: true,
  decode: (text) => DateTime.unsafeMake(text.replace(" UTC", "Z")),
  encode: DateTime.formatIso
})
const Token = Schema.Struct({ expires_at: ExpiresAt, request_token: Schema.Redacted(Schema.String) })
const Session = Schema.Struct({ session_id: Schema.Redacted(Schema.String) })

const signIn = Effect.scoped(
  Effect.gen(function* () {
    const client = yield* Client
    const token = yield* client.send(HttpClientRequest.get("/tmdb/3/authentication/token/new"), Token)
    const back = yield* Deferred.make()
    const heard = Effect.async((resume) => addEventListener("message", () => resume(Effect.void)))
    yield* Effect.forkScoped(Effect.intoDeferred(heard, back))
    yield* Effect.raceFirst(Effect.sleep("2 seconds"), Deferred.await(back))
    const body = JSON.stringify({ request_token: Redacted.value(token.request_token) })
    const request = HttpClientRequest.post("/tmdb/3/authentication/session/new")
    return yield* client.send(HttpClientRequest.bodyText(request, body, "application/json"), Session)
  })
)

document
  .querySelector("button")
  .addEventListener("click", () =>
    Effect.runFork(Effect.provide(signIn, Layer.provide(live, FetchHttpClient.layer)))
  )
