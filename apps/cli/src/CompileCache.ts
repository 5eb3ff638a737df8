/**
 * Lets Node keep what it compiles of the command, so that the next start is
 * quicker. Node runs what it finds there: it is kept only where nobody else
 * could have left it.
 */
import { lstatSync, mkdirSync, realpathSync } from "node:fs"
import * as module from "node:module"
import { dirname, isAbsolute, join } from "node:path"

/** Node has it from 22.8 on. */
const { enableCompileCache } = module as {
  readonly enableCompileCache?: (folder: string) => unknown
}

/** In the user's own folder for caches. */
const cacheFolder = (): string | undefined => {
  const { HOME = "", XDG_CACHE_HOME = "" } = process.env
  if (isAbsolute(XDG_CACHE_HOME)) return join(XDG_CACHE_HOME, "tmdb-session", "node")
  return isAbsolute(HOME) ? join(HOME, ".cache", "tmdb-session", "node") : undefined
}

const pathUp = (folder: string): ReadonlyArray<string> =>
  folder === dirname(folder) ? [folder] : [folder, ...pathUp(dirname(folder))]

const exists = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined

type Look = (path: string) => { readonly mode: number; readonly uid: number }

/** A folder that only this user and root may write to; so is each one above it, or it could be replaced. */
const isPrivate = (folder: string, user: number, look: Look): boolean =>
  pathUp(folder).every((path) => {
    const { mode, uid } = look(path)
    return (uid === user || uid === 0) && (mode & 0o022) === 0
  })

/** The folder without links, made if it is not there; nothing where others may write. */
export const safeFolder = (folder: string, user: number, look: Look = lstatSync): string | undefined => {
  const nearest = pathUp(folder).find(exists) ?? folder
  if (!isPrivate(realpathSync(nearest), user, look)) return undefined
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const real = realpathSync(folder)
  // Below it Node makes folders with the modes that the umask leaves: nobody else may come that far.
  const { mode, uid } = look(real)
  return uid === user && (mode & 0o077) === 0 ? real : undefined
}

/** Whatever comes in between: the command starts without a cache, and says nothing. Windows does not tell who may write. */
export const keepCompiledCode = (): void => {
  const user = process.geteuid?.()
  const folder = cacheFolder()
  if (enableCompileCache === undefined || user === undefined || folder === undefined) return
  try {
    const safe = safeFolder(folder, user)
    if (safe !== undefined) enableCompileCache(safe)
  } catch {
    // It may be a file, a link that leads nowhere, or on a disk without room.
  }
}
