/** Where this process runs, as far as it matters for asking a person. */
import { existsSync } from "node:fs"
import { release } from "node:os"

export interface Facts {
  readonly platform: NodeJS.Platform
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The kernel's release. On WSL it names Microsoft. */
  readonly release: string
  /** Whether the file exists that Docker or Podman puts in each container. */
  readonly containerFile: boolean
}

/** The program that opens a browser, and its arguments before the URL. */
export interface Opener {
  readonly command: string
  readonly before: ReadonlyArray<string>
}

export interface Surroundings {
  /** Absent when there is no browser to open, or nobody to see it. */
  readonly opener: Opener | undefined
  /** The person is at another machine, and their browser cannot reach a free port of this one. */
  readonly remote: boolean
}

const isSet = (value: string | undefined): boolean =>
  value !== undefined && !["", "0", "false"].includes(value.toLowerCase())

const isRemote = ({ environment }: Facts): boolean =>
  isSet(environment["SSH_CONNECTION"]) || isSet(environment["SSH_CLIENT"]) || isSet(environment["SSH_TTY"])

const isContainer = ({ containerFile, environment }: Facts): boolean =>
  containerFile || isSet(environment["KUBERNETES_SERVICE_HOST"]) || isSet(environment["container"])

const isWsl = ({ environment, platform, release }: Facts): boolean =>
  platform === "linux" && (isSet(environment["WSL_DISTRO_NAME"]) || /microsoft/i.test(release))

/** `rundll32` passes the URL on unchanged. `start` and `explorer` would split it. */
const windows = (command: string): Opener => ({ command, before: ["url.dll,FileProtocolHandler"] })

const openerOf = (facts: Facts): Opener | undefined => {
  const { environment, platform } = facts
  if (platform === "darwin") return { command: "/usr/bin/open", before: [] }
  if (platform === "win32") return windows("rundll32.exe")
  if (isWsl(facts)) return windows("rundll32.exe")
  if (isSet(environment["DISPLAY"]) || isSet(environment["WAYLAND_DISPLAY"])) {
    return { command: "xdg-open", before: [] }
  }
  return undefined
}

/** The one place that decides whether a browser can be opened here, and by which program. */
export const decide = (facts: Facts): Surroundings => {
  const remote = isRemote(facts)
  const nobodyLooks = remote || isContainer(facts) || isSet(facts.environment["CI"])
  return { remote, opener: nobodyLooks ? undefined : openerOf(facts) }
}

export const facts = (): Facts => ({
  platform: process.platform,
  environment: process.env,
  release: release(),
  containerFile: existsSync("/.dockerenv") || existsSync("/run/.containerenv")
})
