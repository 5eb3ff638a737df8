/**
 * Asks a person in a pop-up window. It returns to the landing page, a page of
 * this origin, which tells the page that asked and closes.
 *
 * Sign in from a click, or the browser lets no window open. TMDB's pages are
 * never looked into: the landing page reports over a `BroadcastChannel`, so it
 * does not matter whether TMDB cuts the window off from this page
 * (`Cross-Origin-Opener-Policy`).
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
  /** The landing page, of this origin, relative to this page or not. It calls `landing`. */
  readonly redirectTo: string
  /**
   * How long a person may be back on this page with the window gone before
   * TMDB is asked one last time; 3 seconds unless given. Its pages may also
   * have cut the window off, which looks the same from here.
   */
  readonly grace?: Duration.DurationInput | undefined
}

const failed = (what: string, next: string, reason?: "blocked") =>
  new ApprovalFailed({ operation: "signIn", what, next, reason })

/** The URL of the landing page. A page of another origin could tell us nothing. */
const landingPage = (redirectTo: string): Effect.Effect<string, ApprovalFailed> => {
  const url = relativeToPage(redirectTo)
  return url?.origin === location.origin
    ? Effect.succeed(url.href)
    : failed(
        "The landing page is not of this origin",
        "Pass redirectTo: a page of this site that calls landing"
      )
}

const width = 520
const height = 720

/** In the middle of this window. A browser rounds, and keeps it on the screen. */
const features = (): string => {
  const left = screenX + (outerWidth - width) / 2
  const top = screenY + (outerHeight - height) / 2
  return `popup,width=${width},height=${height},left=${left},top=${top}`
}

const blocked = () =>
  failed(
    "The browser blocked the pop-up window",
    "Allow pop-ups for this site and sign in again, or sign in on this page by a redirect",
    "blocked"
  )

/** A window of ours until TMDB's page is shown in it. */
interface Popup {
  readonly window: Window
  ours: boolean
}

/** Opened empty, within the click: there is no request token yet. */
const openWindow: Effect.Effect<Popup, ApprovalFailed, Scope.Scope> = Effect.acquireRelease(
  Effect.suspend(() => {
    const opened = window.open("", "_blank", features())
    if (opened === null || opened.closed) return blocked()
    // A page in the window must not be able to navigate this one. After this, this page cannot close the
    // window either.
    opened.opener = null
    return Effect.succeed<Popup>({ window: opened, ours: true })
  }),
  (popup) => Effect.sync(() => popup.ours && popup.window.close())
)

/** What the landing page of this sign-in tells. What those of other tabs tell is ignored. */
const landed = (requestToken: string): Effect.Effect<Message["outcome"]> =>
  Effect.async((resume) => {
    const channel = new BroadcastChannel(channelName)
    channel.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
      if (isMessage(data) && data.requestToken === requestToken) resume(Effect.succeed(data.outcome))
    })
    return Effect.sync(() => channel.close())
  })

/** In milliseconds, between two looks at the window. */
const interval = 250

/** Ends when the window is gone and the person has been back on this page for `grace`. */
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
          // Not `assign`: the back button must not lead to the empty page.
          popup.window.location.replace(url)
          return Effect.raceFirst(landed(Redacted.value(pending.requestToken)), gone(popup.window, grace))
        })
    }
  })

/**
 * Asks in a pop-up window. Fails with `ApprovalFailed`, once signing in begins,
 * when the browser lets none open (`reason: "blocked"`: offer
 * `RedirectApproval`).
 *
 * Someone who closes the window refuses, unless TMDB says otherwise.
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
