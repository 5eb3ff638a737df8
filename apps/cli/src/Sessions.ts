/**
 * The stored sessions. A new session goes into the keyring if there is one and
 * the file was not asked for, else into the file. Stored sessions are found in
 * both.
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

/** The place where a session will be stored, after a test that it can be written. */
export interface Keeping {
  readonly place: Place
  /** Why it is not the keyring, if the keyring was wanted. */
  readonly noKeyring: string | undefined
  readonly keep: (
    record: SessionStore.SessionRecord,
    profile: string
  ) => Effect.Effect<Kept, SessionStore.StoreError>
}

/** What happened to the records that a new record replaced. */
export interface Kept {
  /** The replaced records: at most one in each place. */
  readonly before: ReadonlyArray<SessionStore.SessionRecord>
  /** The other place, if the replaced record could not be removed from it. */
  readonly left: Place | undefined
}

export interface Service {
  /** The path of the file, to show to people. */
  readonly filePath: string
  /** The profile of a command that names none. */
  readonly current: Effect.Effect<string, SessionStore.StoreError>
  readonly makeCurrent: (profile: string) => Effect.Effect<void, SessionStore.StoreError>
  readonly find: (profile: string) => Effect.Effect<Option.Option<Found>, SessionStore.StoreError>
  readonly list: Effect.Effect<ReadonlyArray<string>, SessionStore.StoreError>
  /** Removes a profile from each place where it holds the session `ended` or cannot be read. A session that was stored since then stays. */
  readonly forget: (
    profile: string,
    ended: Option.Option<SessionStore.SessionRecord>
  ) => Effect.Effect<void, SessionStore.StoreError>
  readonly prepare: (options: {
    readonly insecureStorage: boolean
  }) => Effect.Effect<Keeping, SessionStore.StoreError>
}

/** Opens the stores when they are first used, since a session from the environment needs none. */
export class Sessions extends Context.Tag("tmdb-session/Sessions")<
  Sessions,
  Effect.Effect<Service, SessionStore.StoreError>
>() {}

export const sessions: Effect.Effect<Service, SessionStore.StoreError, Sessions> = Effect.flatten(Sessions)

/** The keyring's entries are separate for each folder of sessions, however the path is written. */
const serviceName = Effect.gen(function* () {
  const own = yield* TmdbClient.readConfig(TmdbClient.setting("TMDB_SESSION_CONFIG_DIR"))
  return own === undefined ? "tmdb-session" : `tmdb-session ${yield* FileSessionStore.defaultDirectory}`
})

type Opening = Effect.Effect<SessionStore.Service, SessionStore.StoreError>

type Places = ReadonlyArray<readonly [Place, Opening]>

type Identified = Pick<SessionStore.SessionRecord, "sessionId">

export const isSame = (one: Identified, other: Identified): boolean =>
  Redacted.value(one.sessionId) === Redacted.value(other.sessionId)

/** The keyring stays open until the command ends. */
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
    /** The places that may hold a session, the faster one first. */
    const places = Effect.map(preferences, (noted) => (noted.keyring === true ? both : both.slice(0, 1)))

    /** Runs several steps under the lock, so that another command waits until all of them are done. */
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

    /** The record, or nothing if there is none or it cannot be read. */
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
              // Another command may have used the keyring since this one started.
              const searched = place === "keyring" ? both : yield* places
              const found = yield* Effect.forEach(searched, ([at, open]) =>
                Effect.map(readable(open, name), (record) => ({ at, open, record }))
              )
              yield* store.save(record, name)
              // A record in the other place would be found before the new one, or after the new one is removed.
              const other = found.find(({ at, record: there }) => at !== place && Option.isSome(there))
              const removed = yield* Effect.exit(
                other === undefined ? Effect.void : Effect.flatMap(other.open, (there) => there.remove(name))
              )
              return {
                before: found.flatMap(({ record: there }) => Option.toArray(there)),
                // The new record is saved, so a failure to remove the old one is only reported.
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
          // It goes on without the lock, since a full disk must not prevent a removal from the keyring.
          yield* Effect.ignore(lock)
          // Every place is tried before a failure is returned.
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
