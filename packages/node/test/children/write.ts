/** Writes to a file store, and says after each round that it is kept: `<folder> <prefix> <rounds>`. */
import { writeSync } from "node:fs"
import * as SessionStore from "@tmdb-session/core/SessionStore"
import * as Effect from "effect/Effect"
import * as FileSessionStore from "../../src/FileSessionStore.js"
import { recordOf } from "../Record.js"

const [directory = "", prefix = "", rounds = "0"] = process.argv.slice(2)

/** Each round is a profile of its own, or with a prefix that ends in "=", the same one. */
const profileOf = (round: number): string =>
  prefix.endsWith("=") ? prefix.slice(0, -1) : `${prefix}${round}`

const program = Effect.gen(function* () {
  const store = yield* SessionStore.SessionStore
  for (let round = 1; round <= Number(rounds); round += 1) {
    yield* store.save(recordOf(round), profileOf(round))
    writeSync(1, `${round}\n`)
  }
})

await Effect.runPromise(Effect.provide(program, FileSessionStore.layer({ directory })))
