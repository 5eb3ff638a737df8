/** The file that keeps sessions. It is JSON, and only this user can read it. */
import * as fs from "node:fs/promises"
import { join } from "node:path"
import type { Backend } from "@tmdb-session/core/SessionStore"
import type { SessionStoreError } from "@tmdb-session/core/TmdbError"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { holds, LockHeld, lock } from "./lock.js"
import { createFolder, ioError, quoted, read, replace, storeError } from "./privateFile.js"

export const fileName = "sessions.json"
const lockName = `${fileName}.lock`

/** The lock that an app holds over several reads and writes. Each write also takes `lockName`. */
const outerLockName = "sessions.lock"

/** In milliseconds. The files of a running writer are younger. */
const leftoverAge = 60_000

/** The names of what a killed writer may leave: a draft of the file or of a lock, and a lock for breaking a lock. */
const leftover = /^sessions(\.json|(\.json)?\.lock(\.[0-9a-f]{24})*)(\.[\w-]{12}\.tmp|\.[0-9a-f]{24})$/

const SessionsFile = Schema.parseJson(
  Schema.Struct({
    version: Schema.Literal(1),
    profiles: Schema.Record({ key: Schema.String, value: Schema.String })
  })
)

type Profiles = ReadonlyMap<string, string>

const readProfiles = (path: string): Effect.Effect<Profiles, SessionStoreError> =>
  Effect.flatMap(read(path), (text) => {
    if (Option.isNone(text)) return Effect.succeed<Profiles>(new Map())
    const decoded = Schema.decodeUnknownOption(SessionsFile)(text.value)
    if (Option.isSome(decoded)) return Effect.succeed(new Map(Object.entries(decoded.value.profiles)))
    return storeError(
      "corrupt",
      `${path} cannot be read: it is damaged, or was written by a newer version`,
      `Update tmdb-session, or move it away (mv ${quoted(path)} ${quoted(`${path}.old`)}) and sign in again`
    )
  })

const textOf = (profiles: Profiles): string =>
  `${Schema.encodeSync(SessionsFile)({ version: 1, profiles: Object.fromEntries(profiles) })}\n`

const sweep = (folder: string): Effect.Effect<void> =>
  Effect.flatMap(Clock.currentTimeMillis, (now) =>
    Effect.promise(async () => {
      for (const name of await fs.readdir(folder).catch(() => [])) {
        if (!leftover.test(name)) continue
        const path = join(folder, name)
        const stats = await fs.lstat(path).catch(() => undefined)
        if (stats !== undefined && now - stats.mtimeMs > leftoverAge)
          await fs.unlink(path).catch(() => undefined)
      }
    })
  )

/** Holds a lock until the scope ends. Returns the holder's name. */
const held = (path: string): Effect.Effect<string, SessionStoreError, Scope.Scope> =>
  Effect.mapError(lock(path), (error) => {
    if (!(error instanceof LockHeld)) return ioError(path, error)
    return storeError(
      "unavailable",
      `Another process holds the lock ${path}`,
      `Wait until it ends; if no process uses the lock, remove it (rm ${quoted(path)})`
    )
  })

/** Reads, changes and replaces the file under its lock. `change` returns whether there is anything to write. */
const update = (
  folder: string,
  change: (profiles: Map<string, string>) => boolean
): Effect.Effect<void, SessionStoreError> => {
  const path = join(folder, fileName)
  const lockPath = join(folder, lockName)
  const once = Effect.flatMap(held(lockPath), (holder) =>
    Effect.gen(function* () {
      const profiles = new Map(yield* readProfiles(path))
      if (!change(profiles)) return true
      yield* sweep(folder)
      const stillLocked = Effect.mapError(holds(lockPath, holder), (error) => ioError(lockPath, error))
      // If another process broke the lock meanwhile, the update starts again.
      return yield* replace(path, textOf(profiles), stillLocked)
    }).pipe(Effect.uninterruptible)
  ).pipe(Effect.scoped)
  return Effect.flatMap(once, (done) => (done ? Effect.void : update(folder, change)))
}

/** Holds the outer lock until the scope ends. */
export const exclusive = (folder: string): Effect.Effect<void, SessionStoreError, Scope.Scope> =>
  Effect.zipRight(createFolder(folder), Effect.asVoid(held(join(folder, outerLockName))))

/** A backend over the file in a folder, which is created when the first session is kept. */
export const make = (folder: string): Effect.Effect<Backend> =>
  Effect.map(Effect.makeSemaphore(1), (semaphore) => {
    // Writers in this process wait for each other here, which costs less than the lock.
    const alone = semaphore.withPermits(1)
    const profiles = readProfiles(join(folder, fileName))
    return {
      get: (key) => Effect.map(profiles, (all) => Option.fromNullable(all.get(key))),
      set: (key, value) =>
        alone(
          Effect.zipRight(
            createFolder(folder),
            update(folder, (all) => {
              const changed = all.get(key) !== value
              all.set(key, value)
              return changed
            })
          )
        ),
      // Removing a missing profile takes no lock, so it does not fail on a full disk.
      remove: (key) =>
        alone(
          Effect.flatMap(profiles, (all) =>
            all.has(key) ? update(folder, (now) => now.delete(key)) : Effect.void
          )
        ),
      list: Effect.map(profiles, (all) => [...all.keys()])
    }
  })
