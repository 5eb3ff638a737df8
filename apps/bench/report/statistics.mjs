/** Summarizes the values of many rounds. */

/**
 * @typedef {object} Summary
 * @property {number} median
 * @property {number} low the first quartile
 * @property {number} high the third quartile
 * @property {number} rounds how many values there were
 */

/**
 * @param {ReadonlyArray<number>} sorted in ascending order, at least one
 * @param {number} fraction from 0 to 1
 * @returns {number} the value below which that fraction of the values lies, interpolated between two values if needed
 */
export const quantile = (sorted, fraction) => {
  const at = (sorted.length - 1) * fraction
  const below = sorted[Math.floor(at)] ?? Number.NaN
  const above = sorted[Math.ceil(at)] ?? Number.NaN
  return below + (above - below) * (at - Math.floor(at))
}

/**
 * @param {ReadonlyArray<number>} values at least one
 * @returns {Summary}
 */
export const summary = (values) => {
  if (values.length === 0) throw new RangeError("There is nothing to summarise")
  const sorted = [...values].sort((left, right) => left - right)
  return {
    median: quantile(sorted, 0.5),
    low: quantile(sorted, 0.25),
    high: quantile(sorted, 0.75),
    rounds: sorted.length
  }
}

/**
 * The ratio of each round's value to the base of the same round, so that what slows down both cancels out.
 *
 * @param {ReadonlyArray<number>} values
 * @param {ReadonlyArray<number>} bases one for each round
 * @returns {Summary}
 */
export const ratio = (values, bases) =>
  summary(values.map((value, round) => value / (bases[round] ?? Number.NaN)))

/**
 * The order of a round: each starts in turn, so that the same one is not always first.
 *
 * @template T
 * @param {ReadonlyArray<T>} list
 * @param {number} round
 * @returns {ReadonlyArray<T>}
 */
export const rotated = (list, round) => {
  const start = list.length === 0 ? 0 : round % list.length
  return [...list.slice(start), ...list.slice(0, start)]
}
