import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

const Session = Schema.Struct({ session_id: Schema.String })

export const createSession = (requestToken: string) =>
  HttpClientRequest.post("https://api.themoviedb.org/3/authentication/session/new").pipe(
    HttpClientRequest.bodyUnsafeJson({ request_token: requestToken }),
    HttpClient.execute,
    Effect.flatMap(HttpClientResponse.schemaBodyJson(Session)),
    Effect.catchTags({ ResponseError: () => Effect.succeed({ session_id: "" }) })
  )
