/**
 * Lets Node cache the compiled code of the command, so that the next start is
 * faster. Node runs the code it finds in the cache folder, so nobody else may be
 * able to write there.
 */
import { lstatSync, mkdirSync, realpathSync } from "node:fs"
import * as module from "node:module"
import { dirname, isAbsolute, join } from "node:path"

/** Available since Node 22.8. */
const { enableCompileCache } = module as {
  readonly enableCompileCache?: (folder: string) => unknown
}

/** A folder in the user's own cache folder. */
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

/** Makes the folder if needed. Returns its path without links, or nothing if others may write there. */
export const safeFolder = (folder: string, user: number, look: Look = lstatSync): string | undefined => {
  const nearest = pathUp(folder).find(exists) ?? folder
  if (!isPrivate(realpathSync(nearest), user, look)) return undefined
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const real = realpathSync(folder)
  // The umask decides who may write to the folders that Node makes inside, so others must not be able to enter this one.
  const { mode, uid } = look(real)
  return uid === user && (mode & 0o077) === 0 ? real : undefined
}

/** Uses no cache if no folder is safe. On Windows none is: Node cannot tell who may write there. */
export const keepCompiledCode = (): void => {
  const user = process.geteuid?.()
  const folder = cacheFolder()
  if (enableCompileCache === undefined || user === undefined || folder === undefined) return
  try {
    const safe = safeFolder(folder, user)
    if (safe !== undefined) enableCompileCache(safe)
  } catch {
    // The path may be a file or a broken link, or the disk may be full.
  }
}
