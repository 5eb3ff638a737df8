/** What the tests over a socket share: a client that talks to a sandbox, and a person at a browser. */
import { type Approval, LoopbackApproval, layer, type TmdbClient } from "@tmdb-session/node"
import type { Listening } from "@tmdb-session/sandbox/node"
import { decide } from "@tmdb-session/testing/Person"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

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
