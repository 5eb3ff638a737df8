/** Opens a URL in the person's browser. */
import { spawn } from "node:child_process"
import { ApprovalFailed } from "@tmdb-session/core/TmdbError"
import * as Effect from "effect/Effect"
import type { Opener } from "./surroundings.js"

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

const failed = (what: string, next: string) => new ApprovalFailed({ operation: "signIn", what, next })

/** The URL, if a browser may visit it. It is normalised, so the opener cannot take it for an option. */
const visitable = (text: string): string | undefined => {
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  const safe = url.protocol === "https:" || (url.protocol === "http:" && loopback.test(url.hostname))
  return safe ? url.href : undefined
}

/**
 * Starts the opener with a list of arguments, so no shell reads the URL. The opener
 * runs on its own, and whether a page opened cannot be known.
 */
export const open = (opener: Opener, text: string): Effect.Effect<void, ApprovalFailed> =>
  Effect.suspend(() => {
    const url = visitable(text)
    if (url === undefined) {
      return failed(
        "The URL is not one that a browser can be sent to",
        "Pass an https: URL, or an http: one of this machine"
      )
    }
    return Effect.async<void, ApprovalFailed>((resume) => {
      const options = { detached: true, stdio: "ignore", windowsHide: true } as const
      const child = spawn(opener.command, [...opener.before, url], options)
      child.once("error", () => resume(failed("No browser could be opened", "Open the URL yourself")))
      child.once("spawn", () => {
        child.unref()
        resume(Effect.void)
      })
    })
  })
