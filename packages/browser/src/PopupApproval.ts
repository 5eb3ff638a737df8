/**
 * Asks a person in a pop-up window. TMDB sends the window to a landing page of this
 * origin, which sends the outcome to this page and closes.
 *
 * Sign in from a click, or the browser blocks the pop-up. The landing page uses a
 * `BroadcastChannel`, so it works even if TMDB cuts the window off from this page
 * (`Cross-Origin-Opener-Policy`). This page never reads TMDB's pages.
 *
 * @since 0.1.0
 */
import * as Approval from "@tmdb-session/core/Approval"
import { ApprovalFailed } from "@tmdb-session/core/TmdbError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { relativeToPage } from "./internal/address.js"
import { channelName, isMessage, type Message } from "./internal/channel.js"

export { landing } from "./Landing.js"

/**
 * How the person is asked.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The landing page, which calls `landing`: a URL of this origin, which may be relative. */
  readonly redirectTo: string
  /**
   * How long a person must be back on this page, with the window closed, before
   * TMDB is asked a last few times. 3 seconds by default. A window that TMDB cut off
   * looks closed, too.
   */
  readonly grace?: Duration.DurationInput | undefined
}

const failed = (what: string, next: string, reason?: "blocked") =>
  new ApprovalFailed({ operation: "signIn", what, next, reason })

/** The landing page's URL. A page of another origin could not send the outcome. */
const landingPage = (redirectTo: string): Effect.Effect<string, ApprovalFailed> => {
  const url = relativeToPage(redirectTo)
  return url?.origin === location.origin
    ? Effect.succeed(url.href)
    : failed(
        "The landing page is of another origin",
        "Pass as redirectTo a page of this site that calls landing"
      )
}

const width = 520
const height = 720

/** Centres the pop-up on this window. The browser rounds the numbers, and keeps it on the screen. */
const features = (): string => {
  const left = screenX + (outerWidth - width) / 2
  const top = screenY + (outerHeight - height) / 2
  return `popup,width=${width},height=${height},left=${left},top=${top}`
}

const blocked = () =>
  failed(
    "The browser blocked the pop-up window",
    "Allow pop-ups for this site and sign in again, or sign in by a redirect",
    "blocked"
  )

/** A pop-up. It is `ours` until it shows TMDB's page. */
interface Popup {
  readonly window: Window
  ours: boolean
}

/** Opens the pop-up empty, during the click: there is no request token yet. */
const openWindow: Effect.Effect<Popup, ApprovalFailed, Scope.Scope> = Effect.acquireRelease(
  Effect.suspend(() => {
    const opened = window.open("", "_blank", features())
    if (opened === null || opened.closed) return blocked()
    // TMDB's page must not be able to navigate this page. In return, this page cannot close the pop-up then.
    opened.opener = null
    return Effect.succeed<Popup>({ window: opened, ours: true })
  }),
  (popup) => Effect.sync(() => popup.ours && popup.window.close())
)

/** The outcome from the landing page of this sign-in, and not of another tab's. */
const landed = (requestToken: string): Effect.Effect<Message["outcome"]> =>
  Effect.async((resume) => {
    const channel = new BroadcastChannel(channelName)
    channel.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
      if (isMessage(data) && data.requestToken === requestToken) resume(Effect.succeed(data.outcome))
    })
    return Effect.sync(() => channel.close())
  })

/** How often the window is checked, in milliseconds. */
const interval = 250

/** Ends when the window is closed and the person has been back on this page for `grace`. */
const gone = (popup: Window, grace: Duration.Duration): Effect.Effect<"closed"> =>
  Effect.gen(function* () {
    let back = 0
    while (back < Duration.toMillis(grace)) {
      yield* Effect.sleep(interval)
      back = popup.closed && document.hasFocus() ? back + interval : 0
    }
    return "closed" as const
  })

const prepare = (options: Options): Effect.Effect<Approval.Prepared, ApprovalFailed, Scope.Scope> =>
  Effect.gen(function* () {
    const redirectTo = yield* landingPage(options.redirectTo)
    const popup = yield* openWindow
    const grace = Duration.decode(options.grace ?? "3 seconds")
    return {
      redirectTo,
      ask: (url, pending) =>
        Effect.suspend(() => {
          popup.ours = false
          // Not `assign`, with which the back button would lead to the empty page.
          popup.window.location.replace(url)
          return Effect.raceFirst(landed(Redacted.value(pending.requestToken)), gone(popup.window, grace))
        })
    }
  })

/**
 * Asks in a pop-up window. The sign-in fails with `ApprovalFailed` at its start when
 * the landing page is of another origin, or when the browser blocks the pop-up
 * (`reason: "blocked"`: offer `RedirectApproval`).
 *
 * Closing the window counts as denied, unless TMDB says otherwise.
 *
 * @example
 * import { layer, PopupApproval, SignIn } from "@tmdb-session/browser"
 * import { Effect } from "effect"
 *
 * const signIn = SignIn.signIn().pipe(
 *   Effect.provide(PopupApproval.layer({ redirectTo: "/signed-in.html" })),
 *   Effect.provide(layer({ apiUrl: "/tmdb" }))
 * )
 *
 * document.querySelector("button")?.addEventListener("click", () => Effect.runFork(signIn))
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options): Layer.Layer<Approval.Approval> =>
  Layer.succeed(Approval.Approval, { prepare: prepare(options) })
