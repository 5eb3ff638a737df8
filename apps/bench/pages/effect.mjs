/** The same call by hand, with Effect. */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

const Session = Schema.Struct({ session_id: Schema.String })

const createSession = (requestToken) =>
  HttpClientRequest.post("/tmdb/3/authentication/session/new").pipe(
    HttpClientRequest.bodyUnsafeJson({ request_token: requestToken }),
    HttpClient.execute,
    Effect.flatMap(HttpClientResponse.schemaBodyJson(Session)),
    Effect.provide(FetchHttpClient.layer)
  )

globalThis.session = Effect.runPromise(createSession(location.href))
