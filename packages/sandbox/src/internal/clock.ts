/**
 * The sandbox's time: that of a given clock, plus what a test has advanced.
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
      if (!(milliseconds >= 0 && read() + advanced + milliseconds <= LATEST)) {
        throw new TypeError("The sandbox's clock can only move forward, and not beyond the year 9999.")
      }
      advanced += milliseconds
    }
  }
}

/** The last moment of the year 9999, the last year that is written with four digits. */
const LATEST = 253_402_300_799_000

/** A time as TMDB writes it: `2025-12-24 12:53:34 UTC`. */
export const expiryTime = (milliseconds: number): string =>
  `${new Date(Math.min(milliseconds, LATEST)).toISOString().slice(0, 19).replace("T", " ")} UTC`
