/** Describes how a call ended, as a program sees it. */
import { inspect } from "node:util"
import { sessionId } from "../clients/secrets.mjs"

const shorten = (/** @type {string} */ text, /** @type {number} */ most) =>
  text.length <= most ? text : `${text.slice(0, most - 1)}…`

/** @param {unknown} value what a call resolved to */
export const describeValue = (value) => {
  const text = inspect(value, { depth: 1, breakLength: Number.POSITIVE_INFINITY })
  return shorten(text.replaceAll(sessionId, "the session id").replace(/\s+/g, " "), 80)
}

/** Fields that are long and contain nothing of TMDB's answer. */
const notTheAnswer = new Set(["request", "config", "socket", "options", "timings", "headers", "req", "res"])

/**
 * Where TMDB's code is in a thrown value: the shortest path to it.
 *
 * @param {unknown} thrown
 * @param {number} code
 * @returns {string | undefined} such as `.response.data.status_code`
 */
export const pathToCode = (thrown, code) => {
  const seen = new Set()
  /** @type {Array<{ readonly value: unknown, readonly path: string, readonly depth: number }>} */
  const queue = [{ value: thrown, path: "", depth: 0 }]
  for (const { depth, path, value } of queue) {
    if (value === code) return path
    if (typeof value !== "object" || value === null || seen.has(value) || depth > 3) continue
    seen.add(value)
    for (const [key, inner] of Object.entries(value))
      if (!notTheAnswer.has(key)) queue.push({ value: inner, path: `${path}.${key}`, depth: depth + 1 })
  }
  return undefined
}

/** @param {unknown} thrown */
export const describeError = (thrown) => {
  if (!(thrown instanceof Error)) return `${describeValue(thrown)}, which is no Error`
  const message = thrown.message.split("\n")[0] ?? ""
  const tag = /** @type {{ readonly _tag?: string }} */ (thrown)._tag ?? thrown.name
  return message === "" ? `${tag} without a message` : `${tag} "${shorten(message, 70)}"`
}

/**
 * @param {string} text
 * @param {Readonly<Record<string, string>>} secrets by name
 * @returns {ReadonlyArray<string>} the names of the secrets that the text contains
 */
export const secretsIn = (text, secrets) =>
  Object.entries(secrets)
    .filter(([, secret]) => text.includes(secret))
    .map(([name]) => name)
