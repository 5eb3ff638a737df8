/** `logout`: ends the session at TMDB and forgets it; forgets it even if TMDB is down, and says so. */
import { SessionStore, SignIn } from "@tmdb-session/node"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import { type Failure, NotSignedIn, sentence } from "../Failure.js"
import { attention, say, tick } from "../Output.js"
import type { Command } from "../Run.js"
import { client, environment } from "../Settings.js"

export interface Options {
  readonly profile?: string | undefined
  readonly all?: boolean | undefined
}

/** Ends what is kept at TMDB, as far as that can be done: by the API it came from, with the credential there is. */
const end = (record: SessionStore.Record): Effect.Effect<void, Failure> =>
  Effect.gen(function* () {
    const env = yield* environment
    const layer = yield* client(env, { record })
    yield* Effect.provide(Effect.flatMap(SessionStore.session(record), SignIn.signOut), layer)
  })

const forget = (profile: string): Effect.Effect<void, Failure, SessionStore.SessionStore> =>
  Effect.gen(function* () {
    const store = yield* SessionStore.SessionStore
    const record = yield* Effect.either(store.load(profile))
    if (Either.isRight(record) && Option.isNone(record.right)) {
      return yield* new NotSignedIn({ message: `The profile ${profile} is not signed in.` })
    }
    const ended = yield* Effect.either(
      Effect.flatMap(record, (found) => (Option.isSome(found) ? end(found.value) : Effect.void))
    )
    yield* store.remove(profile)
    if (Either.isRight(ended)) {
      return yield* say(
        `${tick()} Signed out: the session of profile ${profile} is ended at TMDB and forgotten here.`
      )
    }
    yield* say(
      `${attention()} The session of profile ${profile} is forgotten here, but could not be ended at TMDB: ${sentence(ended.left)} ` +
        "End it at https://www.themoviedb.org/settings/applications"
    )
  })

export const logout = (options: Options): Command =>
  Effect.gen(function* () {
    const env = yield* environment
    if (env.sessionId !== undefined) {
      yield* say(`${attention()} TMDB_SESSION_ID is set: commands go on using it until you unset it.`)
    }
    if (options.all !== true) return yield* forget(options.profile ?? SessionStore.defaultProfile)
    const store = yield* SessionStore.SessionStore
    const profiles = yield* store.list
    if (profiles.length === 0) return yield* say("No profile is signed in.")
    yield* Effect.forEach(profiles, forget, { discard: true })
  })
