/** Looks for secrets in everything that a failure can show, however it is printed. */
import { assert } from "chai"
import * as Cause from "effect/Cause"
import * as Encoding from "effect/Encoding"

/** Every string that can be reached from a value, also through properties that are not enumerable. */
const textsOf = (value: unknown, seen: Set<unknown> = new Set()): ReadonlyArray<string> => {
  if (typeof value === "string") return [value]
  if ((typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value))
    return []
  seen.add(value)
  return Reflect.ownKeys(value).flatMap((key) => [String(key), ...textsOf(Reflect.get(value, key), seen)])
}

const encodings: ReadonlyArray<(secret: string) => string> = [
  (secret) => secret,
  encodeURIComponent,
  (secret) => Encoding.encodeBase64(secret).replace(/=+$/, "")
]

/** Fails if an error contains a secret, plain or encoded. */
export const assertNoSecret = (error: unknown, secrets: ReadonlyArray<string>): void => {
  const shown = [
    String(error),
    JSON.stringify(error),
    Cause.pretty(Cause.fail(error), { renderErrorCause: true }),
    ...textsOf(error)
  ].join("\n")
  for (const secret of secrets) {
    for (const encode of encodings) assert.notInclude(shown, encode(secret), "a secret can be seen")
  }
}
