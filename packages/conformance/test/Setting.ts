/** What the tests over a socket share: a sandbox of their own, a client that talks to it, and a person at a browser. */
import { type Approval, LoopbackApproval, layer, type TmdbClient } from "@tmdb-session/node"
import { type Listening, type ListenOptions, listen } from "@tmdb-session/sandbox/node"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { decide } from "../../../scripts/person.mjs"

/** A sandbox on a free loopback port, for as long as the test lasts. */
export const sandbox = (options: ListenOptions = {}): Effect.Effect<Listening, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.promise(() => listen(options)),
    (listening) => Effect.promise(() => listening.close())
  )

export const clientOf = (tmdb: Listening) =>
  layer({ accessToken: tmdb.accessToken, apiUrl: tmdb.apiUrl, webUrl: tmdb.webUrl })

/** The real loopback approval, whose browser is a person who presses the given button. */
export const person = (decision: "allow" | "deny") =>
  LoopbackApproval.layer({ open: (url) => Effect.asVoid(Effect.promise(() => decide(url, decision))) })

/** A client of the sandbox, and someone who decides. */
export const signedInBy = (
  tmdb: Listening,
  approval: Layer.Layer<Approval.Approval>
): Layer.Layer<Approval.Approval | TmdbClient.TmdbClient> =>
  Layer.merge(Layer.orDie(clientOf(tmdb)), approval)
