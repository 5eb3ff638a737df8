/**
 * A file that only this user can read: mode 0600 in a folder of mode 0700, replaced
 * as a whole. Where another user has access, nothing is read or written. Links are
 * not followed.
 */
import { randomBytes } from "node:crypto"
import type { Stats } from "node:fs"
import * as fs from "node:fs/promises"
import { dirname } from "node:path"
import { SessionStoreError } from "@tmdb-session/core/TmdbError"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

export const storeError = (reason: SessionStoreError["reason"], what: string, next: string) =>
  new SessionStoreError({ operation: "sessionStore", reason, what, next })

/** The path as a shell reads it, for the command in a message. */
export const quoted = (path: string): string =>
  /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`

const reasons: Readonly<Record<string, SessionStoreError["reason"]>> = {
  ENOSPC: "full",
  // EDQUOT, which libuv has no name for.
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

/** Keeps only the path and the code. The error's own message may contain more. */
export const ioError = (path: string, error: NodeJS.ErrnoException): SessionStoreError => {
  if (error.code === "ELOOP") return linked(path)
  const reason = reasons[error.code ?? ""] ?? "unavailable"
  return storeError(reason, `${path} cannot be used (${error.code ?? "unknown"})`, nextSteps[reason])
}

const io = <A>(path: string, evaluate: () => Promise<A>): Effect.Effect<A, SessionStoreError> =>
  Effect.tryPromise({ try: evaluate, catch: (error) => ioError(path, error as NodeJS.ErrnoException) })

/** `undefined` on a platform without owners and modes, where nothing is checked. */
const user = process.geteuid === undefined ? () => undefined : () => process.geteuid?.()

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
      `Take their access away (chmod ${mode} ${quoted(path)}), then try again`
    )
  }
  return Effect.void
}

const isAbsent = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === "ENOENT"

const statsOf = (path: string) =>
  io(path, () => fs.lstat(path).catch((error) => (isAbsent(error) ? undefined : Promise.reject(error))))

/** Whether the folder exists. Fails when another user has access to it. */
const checkFolder = (folder: string): Effect.Effect<boolean, SessionStoreError> =>
  Effect.flatMap(statsOf(folder), (stats) => {
    if (stats === undefined) return Effect.succeed(false)
    if (stats.isSymbolicLink()) return linked(folder)
    if (!stats.isDirectory())
      return storeError("unavailable", `${folder} is not a folder`, nextSteps.unavailable)
    return Effect.as(checkPrivate(folder, stats, "700"), true)
  })

/** `O_NOFOLLOW` refuses a link. `O_NONBLOCK` does not wait if the path is a pipe. */
const reading = fs.constants.O_RDONLY | (fs.constants.O_NOFOLLOW ?? 0) | (fs.constants.O_NONBLOCK ?? 0)

const openFile = (path: string) =>
  Effect.acquireRelease(
    io(path, () =>
      fs.open(path, reading).catch((error) => (isAbsent(error) ? undefined : Promise.reject(error)))
    ),
    (handle) => Effect.promise(async () => handle?.close())
  )

/** `None` when there is no file. Fails when another user has access to it or to its folder. */
export const read = (path: string): Effect.Effect<Option.Option<string>, SessionStoreError> =>
  Effect.scoped(
    Effect.gen(function* () {
      if (!(yield* checkFolder(dirname(path)))) return Option.none()
      const handle = yield* openFile(path)
      if (handle === undefined) return Option.none()
      const stats = yield* io(path, () => handle.stat())
      if (!stats.isFile())
        return yield* storeError("unavailable", `${path} is not a file`, nextSteps.unavailable)
      yield* checkPrivate(path, stats, "600")
      return Option.some(yield* io(path, () => handle.readFile("utf8")))
    })
  )

/** A rename is durable only after the folder is synced. Windows cannot open a folder. */
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

/** Writes a draft and syncs it, so that the renamed file is whole even after a crash. */
const writeDraft = (draft: string, text: string): Promise<void> =>
  fs.open(draft, "wx", 0o600).then(async (handle) => {
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
  })

export const createFolder = (folder: string): Effect.Effect<void, SessionStoreError> =>
  Effect.flatMap(checkFolder(folder), (present) => {
    if (present) return Effect.void
    return Effect.zipRight(
      io(folder, () => fs.mkdir(folder, { recursive: true, mode: 0o700 })),
      Effect.asVoid(checkFolder(folder))
    )
  })

/**
 * Replaces the file. `mayReplace` runs just before that. If it returns `false`, the
 * file is not replaced and the result is `false`.
 */
export const replace = <E = never>(
  path: string,
  text: string,
  mayReplace: Effect.Effect<boolean, E> = Effect.succeed(true)
): Effect.Effect<boolean, SessionStoreError | E> => {
  const draft = `${path}.${randomBytes(9).toString("base64url")}.tmp`
  return Effect.gen(function* () {
    yield* io(path, () => writeDraft(draft, text))
    if (!(yield* mayReplace)) return false
    yield* io(path, () => fs.rename(draft, path))
    yield* syncFolder(dirname(path))
    return true
  }).pipe(Effect.ensuring(Effect.promise(() => fs.unlink(draft).catch(() => undefined))))
}
