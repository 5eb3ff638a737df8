import { Account, LoopbackApproval, layerConfig, SignIn } from "@tmdb-session/node"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

export const program = SignIn.signIn().pipe(
  Effect.flatMap(({ sessionId }) => Account.details(sessionId)),
  Effect.map(({ username }) => username),
  Effect.catchTags({
    ApprovalDenied: () => Effect.succeed("They said no."),
    RateLimited: ({ retryAfter }) => Effect.succeed(`Later: ${retryAfter}`)
  }),
  Effect.provide(Layer.merge(layerConfig(), LoopbackApproval.layer()))
)
