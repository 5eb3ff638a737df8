/** Whether two secrets are the same. */

/**
 * Takes the same time for all texts of one length, so that a guess learns
 * nothing from the time of a refusal.
 */
export const equal = (left: string, right: string): boolean => {
  if (left.length !== right.length) return false
  let difference = 0
  for (let index = 0; index < left.length; index++) {
    difference |= left.charCodeAt(index) ^ right.charCodeAt(index)
  }
  return difference === 0
}
