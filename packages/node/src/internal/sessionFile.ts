/**
 * The one file that sessions are kept in: JSON, for its owner's eyes only,
 * replaced as a whole. What is not ours alone is neither read nor written.
 */
import { randomBytes } from "node:crypto"
import type { Stats } from "node:fs"
import * as fs from "node:fs/promises"
import { join } from "node:path"
import type { Backend } from "@tmdb-session/core/SessionStore"
import { SessionStoreError } from "@tmdb-session/core/TmdbError"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { holds, LockHeld, lock, withLock } from "./lock.js"

export const fileName = "sessions.json"
const lockName = `${fileName}.lock`

/** Held over several reads and writes, each of which takes the other one. */
const outerLockName = "sessions.lock"

/** In milliseconds: what a killed writer left is older, what a living one uses is younger. */
const leftoverAge = 60_000

/** The names of what a writer may leave: a draft, of the file or of a lock, and the right to break a lock. */
const leftover = /^sessions(\.json|(\.json)?\.lock(\.[0-9a-f]{24})*)(\.[\w-]{12}\.tmp|\.[0-9a-f]{24})$/

const File = Schema.parseJson(
  Schema.Struct({
    version: Schema.Literal(1),
    profiles: Schema.Record({ key: Schema.String, value: Schema.String })
  })
)

type Profiles = ReadonlyMap<string, string>

const storeError = (reason: SessionStoreError["reason"], what: string, next: string) =>
  new SessionStoreError({ operation: "sessionStore", reason, what, next })

/** For a shell to read, in the command that is shown. */
const quoted = (path: string): string =>
  /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`

const reasons: Readonly<Record<string, SessionStoreError["reason"]>> = {
  ENOSPC: "full",
  // EDQUOT, for which libuv has no name.
  "Unknown system error -122": "full",
  EACCES: "permission",
  EPERM: "permission",
  EROFS: "permission",
  ELOOP: "permission"
}

const nextSteps: Readonly<Record<SessionStoreError["reason"], string>> = {
  full: "Make room on the disk, then try again",
  permission: "Let this user write there, or set TMDB_SESSION_CONFIG_DIR to another folder",
  unavailable: "Check the folder, or set TMDB_SESSION_CONFIG_DIR to another one",
  corrupt: "Move it away, then sign in again"
}

const linked = (path: string) =>
  storeError(
    "permission",
    `${path} is a symbolic link, which is not followed`,
    `Remove it (rm ${quoted(path)}), then try again`
  )

/** The error's own message may quote more than the path and the code. */
const ioError = (path: string, error: NodeJS.ErrnoException): SessionStoreError => {
  if (error.code === "ELOOP") return linked(path)
  const reason = reasons[error.code ?? ""] ?? "unavailable"
  return storeError(reason, `${path} cannot be used (${error.code ?? "unknown"})`, nextSteps[reason])
}

const io = <A>(path: string, evaluate: () => Promise<A>): Effect.Effect<A, SessionStoreError> =>
  Effect.tryPromise({ try: evaluate, catch: (error) => ioError(path, error as NodeJS.ErrnoException) })

/** Nothing of a file system's without owners and modes can be checked. */
const user = process.geteuid === undefined ? () => undefined : () => process.geteuid?.()

/** Whoever else could read or change it would have the sessions. */
const checkPrivate = (
  path: string,
  stats: Stats,
  mode: "700" | "600"
): Effect.Effect<void, SessionStoreError> => {
  const uid = user()
  if (uid === undefined) return Effect.void
  if (stats.uid !== uid) {
    return storeError(
      "permission",
      `${path} belongs to another user`,
      `Take it over (sudo chown -R ${uid} ${quoted(path)}), or set TMDB_SESSION_CONFIG_DIR to another folder`
    )
  }
  if ((stats.mode & 0o077) !== 0) {
    return storeError(
      "permission",
      `${path} is open to other users`,
      `Close it to them (chmod ${mode} ${quoted(path)}), then try again`
    )
  }
  return Effect.void
}

const isAbsent = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === "ENOENT"

const statsOf = (path: string) =>
  io(path, () => fs.lstat(path).catch((error) => (isAbsent(error) ? undefined : Promise.reject(error))))

/** Whether the folder is there; fails when it is not ours alone. */
const checkFolder = (folder: string): Effect.Effect<boolean, SessionStoreError> =>
  Effect.flatMap(statsOf(folder), (stats) => {
    if (stats === undefined) return Effect.succeed(false)
    if (stats.isSymbolicLink()) return linked(folder)
    if (!stats.isDirectory())
      return storeError("unavailable", `${folder} is not a folder`, nextSteps.unavailable)
    return Effect.as(checkPrivate(folder, stats, "700"), true)
  })

/** `O_NOFOLLOW` refuses a link, `O_NONBLOCK` keeps a pipe in the file's place from holding us up. */
const reading = fs.constants.O_RDONLY | (fs.constants.O_NOFOLLOW ?? 0) | (fs.constants.O_NONBLOCK ?? 0)

const openFile = (path: string) =>
  Effect.acquireRelease(
    io(path, () =>
      fs.open(path, reading).catch((error) => (isAbsent(error) ? undefined : Promise.reject(error)))
    ),
    (handle) => Effect.promise(async () => handle?.close())
  )

const readFile = (path: string): Effect.Effect<Profiles, SessionStoreError> =>
  Effect.scoped(
    Effect.gen(function* () {
      const handle = yield* openFile(path)
      if (handle === undefined) return new Map()
      const stats = yield* io(path, () => handle.stat())
      if (!stats.isFile())
        return yield* storeError("unavailable", `${path} is not a file`, nextSteps.unavailable)
      yield* checkPrivate(path, stats, "600")
      const text = yield* io(path, () => handle.readFile("utf8"))
      const decoded = Schema.decodeUnknownOption(File)(text)
      if (Option.isSome(decoded)) return new Map(Object.entries(decoded.value.profiles))
      return yield* storeError(
        "corrupt",
        `${path} cannot be read: it is damaged, or of a newer version`,
        `Update tmdb-session, or move it away (mv ${quoted(path)} ${quoted(`${path}.old`)}) and sign in again`
      )
    })
  )

/** A rename is kept for good only once the folder is, too. Windows opens no folder. */
const syncFolder = (folder: string): Effect.Effect<void, SessionStoreError> => {
  if (process.platform === "win32") return Effect.void
  return io(folder, async () => {
    const handle = await fs.open(folder, "r")
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  })
}

/** Writes a draft to the disk, so that what is renamed is whole whatever happens next. */
const writeDraft = (draft: string, text: string): Promise<void> =>
  fs.open(draft, "wx", 0o600).then(async (handle) => {
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
  })

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

/** Replaces the file; false when the lock was taken from us meanwhile, and nothing was replaced. */
const replace = (
  folder: string,
  profiles: Profiles,
  stillLocked: Effect.Effect<boolean, SessionStoreError>
): Effect.Effect<boolean, SessionStoreError> => {
  const path = join(folder, fileName)
  const draft = `${path}.${randomBytes(9).toString("base64url")}.tmp`
  const text = Schema.encodeSync(File)({ version: 1, profiles: Object.fromEntries(profiles) })
  return Effect.gen(function* () {
    yield* io(path, () => writeDraft(draft, `${text}\n`))
    if (!(yield* stillLocked)) return false
    yield* io(path, () => fs.rename(draft, path))
    yield* syncFolder(folder)
    return true
  }).pipe(Effect.ensuring(Effect.promise(() => fs.unlink(draft).catch(() => undefined))))
}

const lockError = (path: string) => (error: NodeJS.ErrnoException | LockHeld | SessionStoreError) => {
  if (error instanceof SessionStoreError) return error
  if (!(error instanceof LockHeld)) return ioError(path, error)
  return storeError(
    "unavailable",
    `Another process keeps ${path}`,
    `Wait for it; if there is none, remove what is left of it (rm ${quoted(path)})`
  )
}

/** Reads, changes and replaces the file while no other process does. `change` says whether there is anything to write. */
const update = (
  folder: string,
  change: (profiles: Map<string, string>) => boolean
): Effect.Effect<void, SessionStoreError> => {
  const path = join(folder, fileName)
  const lockPath = join(folder, lockName)
  const once = withLock(lockPath, (holder) =>
    Effect.gen(function* () {
      const profiles = new Map(yield* readFile(path))
      if (!change(profiles)) return true
      yield* sweep(folder)
      return yield* replace(folder, profiles, Effect.mapError(holds(lockPath, holder), lockError(lockPath)))
    }).pipe(Effect.uninterruptible)
  ).pipe(Effect.mapError(lockError(lockPath)))
  return Effect.flatMap(once, (done) => (done ? Effect.void : update(folder, change)))
}

const createFolder = (folder: string): Effect.Effect<void, SessionStoreError> =>
  Effect.flatMap(checkFolder(folder), (present) => {
    if (present) return Effect.void
    return Effect.zipRight(
      io(folder, () => fs.mkdir(folder, { recursive: true, mode: 0o700 })),
      Effect.asVoid(checkFolder(folder))
    )
  })

/** Keeps the other processes that ask for the same waiting until the scope ends. */
export const exclusive = (folder: string): Effect.Effect<void, SessionStoreError, Scope.Scope> => {
  const path = join(folder, outerLockName)
  return Effect.zipRight(createFolder(folder), Effect.asVoid(Effect.mapError(lock(path), lockError(path))))
}

/** The file in a folder, which is made when something is first kept. */
export const make = (folder: string): Effect.Effect<Backend> =>
  Effect.map(Effect.makeSemaphore(1), (semaphore) => {
    // Those of this process wait for each other here, which costs less than the lock.
    const alone = semaphore.withPermits(1)
    const profiles = Effect.flatMap(checkFolder(folder), (present) =>
      present ? readFile(join(folder, fileName)) : Effect.succeed<Profiles>(new Map())
    )
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
      // What is not there takes no lock, which would have to be written: a full disk is no reason to fail.
      remove: (key) =>
        alone(
          Effect.flatMap(profiles, (all) =>
            all.has(key) ? update(folder, (now) => now.delete(key)) : Effect.void
          )
        ),
      list: Effect.map(profiles, (all) => [...all.keys()])
    }
  })
