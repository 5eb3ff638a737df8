/** The browser's two storages, each of which may be missing, blocked or full. */
import type { StoreReason } from "@tmdb-session/core/TmdbError"
import * as Effect from "effect/Effect"

export type Area = "localStorage" | "sessionStorage"

const reasons: Readonly<Record<string, StoreReason>> = {
  QuotaExceededError: "full",
  NS_ERROR_DOM_QUOTA_REACHED: "full",
  SecurityError: "permission"
}

/** The browser's error may quote what was to be kept, so only its kind is passed on. */
const reasonOf = (thrown: unknown): StoreReason =>
  (thrown instanceof DOMException ? reasons[thrown.name] : undefined) ?? "unavailable"

/** Uses a storage. Where it is blocked, its mere name throws. */
export const use = <A>(area: Area, evaluate: (storage: Storage) => A): Effect.Effect<A, StoreReason> =>
  Effect.try({ try: () => evaluate(globalThis[area]), catch: reasonOf })
