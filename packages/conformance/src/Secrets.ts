/** Looks for secrets in whatever a failure could show, whoever prints it. */
import { assert } from "chai"
import * as Cause from "effect/Cause"
import * as Encoding from "effect/Encoding"

/** Every text that can be reached from a value, what is not enumerable included. */
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

/** Fails when a secret can be found in an error, plain or encoded. */
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
