import { layer, PopupApproval, SessionStore, SignIn, WebSessionStore } from "@tmdb-session/browser"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

const tmdb = Layer.mergeAll(
  layer({ apiUrl: "/tmdb" }),
  PopupApproval.layer({ redirectTo: "/landing" }),
  WebSessionStore.layerLocal()
)

const signIn = Effect.gen(function* () {
  const store = yield* SessionStore.SessionStore
  const { sessionId } = yield* SignIn.signIn()
  yield* store.save("default", { sessionId, apiUrl: location.origin })
  return yield* store.load("default")
})

globalThis.session = Effect.runPromise(Effect.provide(signIn, tmdb))
