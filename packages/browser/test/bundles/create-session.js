/** A page that only exchanges a request token. */
import { createSession, layer } from "@tmdb-session/browser"
import * as Effect from "effect/Effect"

Effect.runFork(Effect.provide(createSession("token"), layer({ apiUrl: "/tmdb" })))
