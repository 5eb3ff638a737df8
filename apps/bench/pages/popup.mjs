import { layer, PopupApproval, SignIn } from "@tmdb-session/browser"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

const tmdb = Layer.merge(layer({ apiUrl: "/tmdb" }), PopupApproval.layer({ redirectTo: "/landing" }))

globalThis.session = Effect.runPromise(SignIn.signIn().pipe(Effect.provide(tmdb)))
