/** All cases, which must hold for every adapter, in a process and on a page. */
import * as Effect from "effect/Effect"
import type { Adapter } from "./Adapter.js"
import type { Case } from "./Case.js"
import { faultCases } from "./cases/faults.js"
import { operationCases } from "./cases/operations.js"
import { signInCases } from "./cases/signIn.js"
import { storeCases } from "./cases/stores.js"
import { Tmdb } from "./Tmdb.js"

/** Resets the sandbox before the case. */
const afresh = ({ name, run }: Case): Case => ({
  name,
  run: Effect.zipRight(
    Effect.flatMap(Tmdb, (tmdb) => tmdb.reset),
    run
  )
})

export const suite = (adapter: Adapter): ReadonlyArray<Case> =>
  [operationCases, faultCases, signInCases, storeCases].flatMap((cases) => cases(adapter)).map(afresh)
