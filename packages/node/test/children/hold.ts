/** Takes a lock, says so, and never lets go: `<path>`. */
import { writeSync } from "node:fs"
import * as Effect from "effect/Effect"
import { lock } from "../../src/internal/lock.js"

const held = Effect.async<never>(() => {
  setInterval(() => undefined, 60_000)
  writeSync(1, "held\n")
})

await Effect.runPromise(Effect.scoped(Effect.zipRight(lock(process.argv[2] ?? ""), held)))
