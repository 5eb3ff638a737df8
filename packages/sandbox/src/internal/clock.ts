/**
 * The sandbox's own time: someone else's clock, plus what a test has advanced.
 */
import type * as Clock from "effect/Clock"

export interface SandboxClock {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly advance: (milliseconds: number) => void
}

export type TimeSource = (() => number) | Clock.Clock

export const makeClock = (source: TimeSource = Date.now): SandboxClock => {
  const read = typeof source === "function" ? source : () => source.unsafeCurrentTimeMillis()
  let advanced = 0
  return {
    now: () => read() + advanced,
    advance: (milliseconds) => {
      advanced += milliseconds
    }
  }
}

/** TMDB's own way of writing a time: `2025-12-24 12:53:34 UTC`. */
export const expiryTime = (milliseconds: number): string =>
  `${new Date(milliseconds).toISOString().slice(0, 19).replace("T", " ")} UTC`
