/** The folder of this user's settings, by the conventions of each platform. */
import { posix, win32 } from "node:path"

/** What is known of the user and their machine. A blank variable is absent. */
export interface Facts {
  readonly platform: NodeJS.Platform
  /** From `HOME` if that is set, so it may be relative or empty. */
  readonly home: string
  readonly cwd: string
  readonly configDirectory: string | undefined
  readonly xdgConfigHome: string | undefined
  readonly appData: string | undefined
}

const name = "tmdb-session"

/**
 * The folder, or nothing when its absolute path is not known: sessions would then be
 * kept below the current folder. The specification of `XDG_CONFIG_HOME` says to
 * ignore a relative path.
 */
export const decide = (facts: Facts): string | undefined => {
  const path = facts.platform === "win32" ? win32 : posix
  const { appData, xdgConfigHome } = facts
  if (facts.configDirectory !== undefined) return path.resolve(facts.cwd, facts.configDirectory)
  if (xdgConfigHome !== undefined && path.isAbsolute(xdgConfigHome)) {
    return path.join(xdgConfigHome, name)
  }
  if (facts.platform === "win32" && appData !== undefined && path.isAbsolute(appData)) {
    return path.join(appData, name)
  }
  const { home } = facts
  if (!path.isAbsolute(home)) return undefined
  if (facts.platform === "win32") return path.join(home, "AppData", "Roaming", name)
  if (facts.platform === "darwin") return path.join(home, "Library", "Application Support", name)
  return path.join(home, ".config", name)
}
