/**
 * Lets Node keep what it compiles of the command, so that the next start is
 * quicker. Node runs the code that it finds in the folder, so the folder has to
 * be one that nobody else can write to.
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

/** Whether only this user and root may write to the folder and to each one above it. */
const isPrivate = (folder: string, user: number, look: Look): boolean =>
  pathUp(folder).every((path) => {
    const { mode, uid } = look(path)
    return (uid === user || uid === 0) && (mode & 0o022) === 0
  })

/** The path of the folder without links; the folder is made if needed. Nothing where others may write. */
export const safeFolder = (folder: string, user: number, look: Look = lstatSync): string | undefined => {
  const nearest = pathUp(folder).find(exists) ?? folder
  if (!isPrivate(realpathSync(nearest), user, look)) return undefined
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const real = realpathSync(folder)
  // The umask decides who may write to the folders that Node makes inside: so others may not enter this one.
  const { mode, uid } = look(real)
  return uid === user && (mode & 0o077) === 0 ? real : undefined
}

/** If the folder cannot be used, the command starts without a cache and says nothing. So it does on Windows, where Node cannot tell who may write. */
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
