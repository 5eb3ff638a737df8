/**
 * The stored sessions, wherever they are: in the keyring, where there is one
 * and nothing else was asked for, else in the file. What is stored before is
 * found in either.
 */
import { FileSessionStore, SessionStore, TmdbClient } from "@tmdb-session/node"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as Preferences from "./Preferences.js"

export type Place = "keyring" | "file"

export interface Found {
  readonly record: SessionStore.SessionRecord
  readonly place: Place
}

/** Where a session is going to be kept, proved to be writable. */
export interface Keeping {
  readonly place: Place
  /** Why it is not the keyring, when that was wanted. */
  readonly noKeyring: string | undefined
  readonly keep: (
    record: SessionStore.SessionRecord,
    profile: string
  ) => Effect.Effect<Kept, SessionStore.StoreError>
}

/** What became of what was there before a record was kept. */
export interface Kept {
  /** The records whose place was taken: one at most in each place. */
  readonly before: ReadonlyArray<SessionStore.SessionRecord>
  /** It could not be removed from the other place, where it lies on. */
  readonly left: Place | undefined
}

export interface Service {
  /** Where the file is, for people to read. */
  readonly filePath: string
  /** The profile of whoever names none. */
  readonly current: Effect.Effect<string, SessionStore.StoreError>
  readonly makeCurrent: (profile: string) => Effect.Effect<void, SessionStore.StoreError>
  readonly find: (profile: string) => Effect.Effect<Option.Option<Found>, SessionStore.StoreError>
  readonly list: Effect.Effect<ReadonlyArray<string>, SessionStore.StoreError>
  /** Forgets a profile wherever it holds the session that is given, or what cannot be read: not one that came meanwhile. */
  readonly forget: (
    profile: string,
    ended: Option.Option<SessionStore.SessionRecord>
  ) => Effect.Effect<void, SessionStore.StoreError>
  readonly prepare: (options: {
    readonly insecureStorage: boolean
  }) => Effect.Effect<Keeping, SessionStore.StoreError>
}

/** The stores are opened when they are first used. A session of the environment needs no store. */
export class Sessions extends Context.Tag("tmdb-session/Sessions")<
  Sessions,
  Effect.Effect<Service, SessionStore.StoreError>
>() {}

export const sessions: Effect.Effect<Service, SessionStore.StoreError, Sessions> = Effect.flatten(Sessions)

/** Each folder of sessions has entries of its own in the keyring, however its path is written. */
const serviceName = Effect.gen(function* () {
  const own = yield* TmdbClient.readConfig(TmdbClient.setting("TMDB_SESSION_CONFIG_DIR"))
  return own === undefined ? "tmdb-session" : `tmdb-session ${yield* FileSessionStore.defaultDirectory}`
})

type Opening = Effect.Effect<SessionStore.Service, SessionStore.StoreError>

type Places = ReadonlyArray<readonly [Place, Opening]>

type Identified = Pick<SessionStore.SessionRecord, "sessionId">

export const isSame = (one: Identified, other: Identified): boolean =>
  Redacted.value(one.sessionId) === Redacted.value(other.sessionId)

/** It stays open as long as the command runs. */
const openKeyring = (scope: Scope.Scope): Opening =>
  Effect.gen(function* () {
    const KeyringSessionStore = yield* Effect.promise(() => import("@tmdb-session/node/KeyringSessionStore"))
    const layer = KeyringSessionStore.layer({ service: yield* serviceName })
    return Context.get(yield* Layer.buildWithScope(layer, scope), SessionStore.SessionStore)
  })

const openStores = (scope: Scope.Scope): Effect.Effect<Service, SessionStore.StoreError> =>
  Effect.gen(function* () {
    const directory = yield* FileSessionStore.defaultDirectory
    const file = yield* FileSessionStore.make({ directory })
    const lock = FileSessionStore.lock({ directory })
    const keyring = yield* Effect.cached(openKeyring(scope))
    const preferences = yield* Effect.cached(Preferences.read(directory))

    const both: Places = [
      ["file", Effect.succeed(file)],
      ["keyring", keyring]
    ]
    /** The places that may hold something, the cheaper one first. */
    const places = Effect.map(preferences, (noted) => (noted.keyring === true ? both : both.slice(0, 1)))

    /** What is done of several steps: another command waits for the last of them. */
    const alone = <A, E>(steps: Effect.Effect<A, E>): Effect.Effect<A, E | SessionStore.StoreError> =>
      Effect.scoped(Effect.zipRight(lock, steps))

    const find: Service["find"] = (name) =>
      Effect.gen(function* () {
        for (const [place, open] of yield* places) {
          const record = yield* Effect.flatMap(open, (store) => store.load(name))
          if (Option.isSome(record)) return Option.some({ record: record.value, place })
        }
        return Option.none()
      })

    /** What cannot be read is no record. */
    const readable = (
      open: Opening,
      name: string
    ): Effect.Effect<Option.Option<SessionStore.SessionRecord>> =>
      Effect.orElseSucceed(
        Effect.flatMap(open, (store) => store.load(name)),
        Option.none
      )

    const chosen = (insecureStorage: boolean) =>
      Effect.gen(function* () {
        if (insecureStorage) return { place: "file", store: file, noKeyring: undefined } as const
        const opened = yield* Effect.either(Effect.tap(keyring, (store) => store.prove))
        if (Either.isRight(opened)) {
          return { place: "keyring", store: opened.right, noKeyring: undefined } as const
        }
        return { place: "file", store: file, noKeyring: opened.left.message } as const
      })

    const prepare: Service["prepare"] = ({ insecureStorage }) =>
      Effect.gen(function* () {
        const { noKeyring, place, store } = yield* chosen(insecureStorage)
        if (place === "file") yield* file.prove
        else yield* Preferences.update(directory, { keyring: true })
        return {
          place,
          noKeyring,
          keep: (record, name) =>
            Effect.gen(function* () {
              // The keyring may have been used since this start.
              const searched = place === "keyring" ? both : yield* places
              const found = yield* Effect.forEach(searched, ([at, open]) =>
                Effect.map(readable(open, name), (record) => ({ at, open, record }))
              )
              yield* store.save(record, name)
              // Left elsewhere, one would be found before this one, or after it is forgotten.
              const other = found.find(({ at, record: there }) => at !== place && Option.isSome(there))
              const removed = yield* Effect.exit(
                other === undefined ? Effect.void : Effect.flatMap(other.open, (there) => there.remove(name))
              )
              return {
                before: found.flatMap(({ record: there }) => Option.toArray(there)),
                // The new record is saved already, so a failure to remove the old one is only reported.
                left: Exit.isSuccess(removed) ? undefined : other?.at
              }
            }).pipe(alone)
        }
      })

    return {
      filePath: yield* FileSessionStore.path({ directory }),
      current: Effect.map(preferences, ({ profile }) => profile ?? SessionStore.defaultProfile),
      makeCurrent: (name) => Preferences.update(directory, { profile: name }),
      find,
      list: Effect.gen(function* () {
        const lists = yield* Effect.forEach(yield* places, ([, open]) =>
          Effect.flatMap(open, (store) => store.list)
        )
        return [...new Set(lists.flat())].sort()
      }),
      forget: (name, ended) =>
        Effect.gen(function* () {
          // Without the lock, too: a full disk must not keep the keyring from forgetting.
          yield* Effect.ignore(lock)
          // Each place is tried before a failure is returned.
          const removals = yield* Effect.forEach(yield* places, ([, open]) =>
            Effect.gen(function* () {
              const now = yield* readable(open, name)
              const isAnother = !Option.exists(ended, (record) =>
                Option.exists(now, (there) => isSame(there, record))
              )
              if (Option.isSome(now) && isAnother) return
              yield* Effect.flatMap(open, (store) => store.remove(name))
            }).pipe(Effect.either)
          )
          yield* Either.all(removals)
        }).pipe(Effect.scoped),
      prepare
    }
  })

export const make: Effect.Effect<typeof Sessions.Service, never, Scope.Scope> = Effect.flatMap(
  Effect.scope,
  (scope) => Effect.cached(openStores(scope))
)
