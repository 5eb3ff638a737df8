import { layer, RedirectApproval, SignIn } from "@tmdb-session/browser"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"

const tmdb = Layer.merge(layer({ apiUrl: "/tmdb" }), RedirectApproval.layer())

globalThis.session = Effect.runPromise(
  RedirectApproval.resume.pipe(
    Effect.flatMap(Option.match({ onNone: () => SignIn.signIn(), onSome: Effect.succeed })),
    Effect.provide(tmdb)
  )
)
