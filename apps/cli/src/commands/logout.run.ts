/** `logout`: ends the session at TMDB and removes it here. If TMDB is down, it is only removed here, and the person is told. */
import { SessionStore, SignIn } from "@tmdb-session/node"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type { Command } from "../Command.js"
import { type Failure, livesOn, sentence } from "../Failure.js"
import { type Sessions, sessions } from "../Sessions.js"
import { client, environment, notSignedIn, profileOf, withClient } from "../Settings.js"
import { printJson, say, sayDone, type Terminal, warn } from "../Terminal.js"

export interface Options {
  readonly profile?: string | undefined
  readonly all?: boolean | undefined
  readonly json?: boolean | undefined
}

/** Ends the session at the API it came from, with the credential for that API. */
const end = (record: SessionStore.SessionRecord): Effect.Effect<void, Failure, Terminal> =>
  Effect.gen(function* () {
    const env = yield* environment
    const tmdb = yield* client(env, { record })
    yield* withClient(tmdb)(Effect.flatMap(SessionStore.session(record), SignIn.signOut))
  })

/** A profile that was removed here. `failure` is why its session could not be ended at TMDB. */
interface Forgotten {
  readonly profile: string
  readonly failure: Failure | undefined
}

/** Removes a profile. Returns nothing if there was none. */
const forget = (profile: string): Effect.Effect<Option.Option<Forgotten>, Failure, Sessions | Terminal> =>
  Effect.gen(function* () {
    const { find, forget: forgetHere } = yield* sessions
    const found = yield* Effect.either(find(profile))
    if (Either.isRight(found) && Option.isNone(found.right)) return Option.none()
    const record = Option.map(Option.flatten(Either.getRight(found)), (there) => there.record)
    // A record that cannot be read cannot be ended at TMDB. It is removed all the same.
    const ended = yield* Effect.either(
      Effect.flatMap(found, () => (Option.isSome(record) ? end(record.value) : Effect.void))
    )
    yield* forgetHere(profile, record)
    return Option.some({ profile, failure: Option.getOrUndefined(Either.getLeft(ended)) })
  })

const tell = ({ failure, profile }: Forgotten): Effect.Effect<void, never, Terminal> =>
  failure === undefined
    ? sayDone(`Signed out: the session of profile ${profile} was ended at TMDB and removed here.`)
    : warn(
        `The session of profile ${profile} was removed here, but could not be ended at TMDB: ${livesOn(failure)}`
      )

const asJson = ({ failure, profile }: Forgotten) => ({
  profile,
  ended: failure === undefined,
  error: failure === undefined ? null : { _tag: failure._tag, message: sentence(failure) }
})

export const run = (options: Options): Command =>
  Effect.gen(function* () {
    const env = yield* environment
    if (env.sessionId !== undefined) {
      yield* warn("TMDB_SESSION_ID is set: commands keep using it until you unset it.")
    }
    const profiles =
      options.all === true
        ? yield* Effect.flatMap(sessions, ({ list }) => list)
        : [yield* profileOf(options.profile)]
    // A profile that cannot be removed must not prevent the removal of the others.
    const ends = yield* Effect.forEach(profiles, (profile) => Effect.either(forget(profile)))
    const forgotten = ends.flatMap((one) => Option.toArray(Option.flatten(Either.getRight(one))))
    if (options.json !== true) yield* Effect.forEach(forgotten, tell)
    yield* Either.all(ends)
    if (forgotten.length === 0 && options.all !== true) return yield* notSignedIn(profiles.join())
    if (options.json === true) return yield* printJson({ profiles: forgotten.map(asJson) })
    if (forgotten.length === 0) yield* say("No profile is signed in.")
  })
