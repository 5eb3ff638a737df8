/** Where this user's settings are kept, by the customs of each platform. */
import { posix, win32 } from "node:path"

/** What is known of the user and their machine. A blank variable is absent. */
export interface Facts {
  readonly platform: NodeJS.Platform
  readonly home: string
  readonly cwd: string
  readonly configDirectory: string | undefined
  readonly xdgConfigHome: string | undefined
  readonly appData: string | undefined
}

const name = "tmdb-session"

/** A relative `XDG_CONFIG_HOME` is to be ignored, says its specification. */
export const decide = (facts: Facts): string => {
  const path = facts.platform === "win32" ? win32 : posix
  if (facts.configDirectory !== undefined) return path.resolve(facts.cwd, facts.configDirectory)
  if (facts.xdgConfigHome !== undefined && path.isAbsolute(facts.xdgConfigHome)) {
    return path.join(facts.xdgConfigHome, name)
  }
  if (facts.platform === "win32") {
    return path.join(facts.appData ?? path.join(facts.home, "AppData", "Roaming"), name)
  }
  if (facts.platform === "darwin") return path.join(facts.home, "Library", "Application Support", name)
  return path.join(facts.home, ".config", name)
}
