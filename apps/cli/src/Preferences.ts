/** What the command remembers beside the sessions. It holds no secret, and losing it loses no session. */
import { join } from "node:path"
import { FileSessionStore, PrivateFile, type SessionStore } from "@tmdb-session/node"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

const Stored = Schema.Struct({
  /** The current profile. */
  profile: Schema.optional(Schema.String),
  /** Sessions were put into the keyring: it is worth asking. */
  keyring: Schema.optional(Schema.Boolean)
})

export type Preferences = typeof Stored.Type

const json = Schema.parseJson(Stored)

const fileIn = (directory: string): string => join(directory, "preferences.json")

/** What is damaged counts as absent. */
export const read = (directory: string): Effect.Effect<Preferences, SessionStore.StoreError> =>
  Effect.map(PrivateFile.read(fileIn(directory)), (text) =>
    Option.getOrElse(Option.flatMap(text, Schema.decodeOption(json)), () => ({}))
  )

export const update = (
  directory: string,
  change: Preferences
): Effect.Effect<void, SessionStore.StoreError> =>
  Effect.gen(function* () {
    yield* FileSessionStore.lock({ directory })
    const before = yield* read(directory)
    yield* PrivateFile.replace(fileIn(directory), `${JSON.stringify({ ...before, ...change })}\n`)
  }).pipe(Effect.scoped)
