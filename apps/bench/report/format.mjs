/** Formats numbers for people. */

/** @param {number} value shown with three significant digits, and at most two decimals */
export const number = (value) => {
  const size = Math.abs(value)
  if (size >= 100) return Math.round(value).toLocaleString("en-US")
  return value.toFixed(size >= 10 ? 1 : 2)
}

/** @param {number} value a whole number */
export const count = (value) => value.toLocaleString("en-US")

/**
 * A median, with its quartiles if there was more than one round.
 *
 * @param {import("./statistics.mjs").Summary} summary
 * @param {string} [unit]
 */
export const spread = ({ high, low, median, rounds }, unit = "") => {
  const value = `${number(median)}${unit && ` ${unit}`}`
  return rounds === 1 ? value : `${value} (${number(low)}–${number(high)})`
}

/** @param {number} bytes in thousands, as registries count */
export const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`

/** @param {number} bytes */
export const megabytes = (bytes) => `${(bytes / 1_000_000).toFixed(1)} MB`

/** @param {number} milliseconds */
export const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1)} s`
