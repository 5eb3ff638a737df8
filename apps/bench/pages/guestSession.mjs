import { Authentication, layer } from "@tmdb-session/browser"
import * as Effect from "effect/Effect"

globalThis.session = Effect.runPromise(
  Authentication.createGuestSession().pipe(Effect.provide(layer({ apiUrl: "/tmdb" })))
)
