import { createSession, layer } from "@tmdb-session/browser"
import * as Effect from "effect/Effect"

globalThis.session = Effect.runPromise(
  createSession(location.href).pipe(Effect.provide(layer({ apiUrl: "/tmdb" })))
)
