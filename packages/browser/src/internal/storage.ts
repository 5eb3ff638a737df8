/** The browser's two storages, each of which may be missing, blocked or full. */
import type { StoreReason } from "@tmdb-session/core/TmdbError"
import * as Effect from "effect/Effect"

export type Area = "localStorage" | "sessionStorage"

const reasons: Readonly<Record<string, StoreReason>> = {
  QuotaExceededError: "full",
  NS_ERROR_DOM_QUOTA_REACHED: "full",
  SecurityError: "permission"
}

/** Keeps only the kind of an error: the browser's message may quote the value. */
const reasonOf = (thrown: unknown): StoreReason =>
  (thrown instanceof DOMException ? reasons[thrown.name] : undefined) ?? "unavailable"

/** Uses a storage. If it is blocked, naming it already throws. */
export const use = <A>(area: Area, evaluate: (storage: Storage) => A): Effect.Effect<A, StoreReason> =>
  Effect.try({ try: () => evaluate(globalThis[area]), catch: reasonOf })
