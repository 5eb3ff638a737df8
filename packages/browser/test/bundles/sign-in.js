/** A page that only signs in, by a pop-up. */
import { layer, signIn } from "@tmdb-session/browser"
import * as PopupApproval from "@tmdb-session/browser/PopupApproval"
import * as Effect from "effect/Effect"

const program = signIn().pipe(
  Effect.provide(PopupApproval.layer({ redirectTo: "/signed-in.html" })),
  Effect.provide(layer({ apiUrl: "/tmdb" }))
)

document.querySelector("button").addEventListener("click", () => Effect.runFork(program))
