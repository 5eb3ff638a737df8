/**
 * A file for this user alone: mode 0600 in a folder of mode 0700, replaced as a
 * whole. What is not ours alone is neither read nor written, and links are not
 * followed.
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

/** Quoted for a shell, in a command that is shown. */
export const quoted = (path: string): string =>
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
export const ioError = (path: string, error: NodeJS.ErrnoException): SessionStoreError => {
  if (error.code === "ELOOP") return linked(path)
  const reason = reasons[error.code ?? ""] ?? "unavailable"
  return storeError(reason, `${path} cannot be used (${error.code ?? "unknown"})`, nextSteps[reason])
}

const io = <A>(path: string, evaluate: () => Promise<A>): Effect.Effect<A, SessionStoreError> =>
  Effect.tryPromise({ try: evaluate, catch: (error) => ioError(path, error as NodeJS.ErrnoException) })

/** A file system without owners and modes cannot be checked. */
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
      `Make it private (chmod ${mode} ${quoted(path)}), then try again`
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

/** The text of the file; nothing where there is none. Fails when it or its folder is not ours alone. */
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

/** A rename is safe from a crash only once the folder is written, too. Windows cannot open a folder. */
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

/** Writes a draft to the disk, so that the renamed file is whole after a crash, too. */
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
 * Replaces the file. `mayReplace` is asked last: if it says no, nothing is
 * replaced, and the answer is `false`.
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
