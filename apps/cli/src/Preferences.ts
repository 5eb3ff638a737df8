/** What the command stores besides the sessions. It contains no secret, and losing it loses no session. */
import { join } from "node:path"
import { FileSessionStore, PrivateFile, type SessionStore } from "@tmdb-session/node"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

const Stored = Schema.Struct({
  /** The current profile. */
  profile: Schema.optional(Schema.String),
  /** Whether sessions were stored in the keyring, so that it must be searched. */
  keyring: Schema.optional(Schema.Boolean)
})

export type Preferences = typeof Stored.Type

const json = Schema.parseJson(Stored)

const fileIn = (directory: string): string => join(directory, "preferences.json")

/** A damaged file counts as absent. */
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
