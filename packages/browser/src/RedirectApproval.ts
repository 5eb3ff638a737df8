/**
 * Asks a person by leaving this page for TMDB's, which sends them back. `ask` keeps a
 * record of the sign-in in this tab's `sessionStorage`, and `resume` finishes the
 * sign-in on the return page.
 *
 * A record is for one sign-in in one tab. It is never used for a sign-in of another
 * tab, or for a callback that carries another request token.
 *
 * @since 0.1.0
 */
import * as Approval from "@tmdb-session/core/Approval"
import * as SignIn from "@tmdb-session/core/SignIn"
import type { TmdbClient } from "@tmdb-session/core/TmdbClient"
import { ApprovalFailed, isTokenRefused } from "@tmdb-session/core/TmdbError"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { relativeToPage } from "./internal/address.js"
import * as callback from "./internal/callback.js"
import * as storage from "./internal/storage.js"

/**
 * How the person is asked.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The return page, which runs `resume`: a URL of this origin, which may be relative. This page by default. */
  readonly redirectTo?: string | undefined
}

/** With `~`, which no profile can contain: sessions may be kept under the same prefix. */
const key = "tmdb-session/~pending"
const probe = "tmdb-session/~probe"

const encode = Schema.encodeSync(Schema.parseJson(Approval.Pending))
const decode = Schema.decodeUnknownOption(Schema.parseJson(Approval.Pending))

const failed = (what: string, next: string) => new ApprovalFailed({ operation: "signIn", what, next })

const use = <A>(evaluate: (storage: Storage) => A): Effect.Effect<A, ApprovalFailed> =>
  Effect.mapError(storage.use("sessionStorage", evaluate), () =>
    failed(
      "The browser stores no data for this site, so a sign-in could not go on after leaving the page",
      "Allow cookies and site data for this site, or sign in with a pop-up window"
    )
  )

const keep = (text: string) => use((storage) => storage.setItem(key, text))

/** Keeps a record with which another sign-in has replaced this one. */
const forget = (text: string | undefined) =>
  Effect.ignore(use((storage) => storage.getItem(key) === text && storage.removeItem(key)))

/** The return page's URL. The default has no query, since it is not known what TMDB does with one. */
const pageToReturnTo = ({
  redirectTo = location.pathname
}: Options): Effect.Effect<string, ApprovalFailed> => {
  const url = relativeToPage(redirectTo)
  return url?.origin === location.origin
    ? Effect.succeed(url.href)
    : failed(
        "The return page is of another origin",
        "Pass as redirectTo a page of this site that runs resume"
      )
}

/** Ends when the back button restores this page as it was left. */
const restored: Effect.Effect<void> = Effect.async((resume) => {
  const listener = (event: PageTransitionEvent) => event.persisted && resume(Effect.void)
  addEventListener("pageshow", listener)
  return Effect.sync(() => removeEventListener("pageshow", listener))
})

const prepare = (options: Options): Effect.Effect<Approval.Prepared, ApprovalFailed, Scope.Scope> =>
  Effect.gen(function* () {
    const redirectTo = yield* pageToReturnTo(options)
    // If storage does not work, fail before TMDB is asked for a token.
    yield* use((storage) => {
      storage.setItem(probe, "")
      storage.removeItem(probe)
    })
    let kept: string | undefined
    // If the sign-in ends on this page, nobody will come back from TMDB.
    yield* Effect.addFinalizer(() => forget(kept))
    return {
      redirectTo,
      ask: (url, pending) =>
        Effect.gen(function* () {
          kept = encode(pending)
          yield* keep(kept)
          location.assign(url)
          yield* restored
          return "closed" as const
        })
    }
  })

/**
 * Asks by leaving this page. `resume` finishes the sign-in on the return page. If the
 * back button restores this page, the sign-in ends here, as denied unless TMDB says
 * otherwise.
 *
 * The sign-in fails with `ApprovalFailed` at its start when the return page is of
 * another origin, or when the browser stores no data for this site.
 *
 * @example
 * import { layer, RedirectApproval, SignIn } from "@tmdb-session/browser"
 * import { Effect } from "effect"
 *
 * const signIn = SignIn.signIn().pipe(
 *   Effect.provide(RedirectApproval.layer()),
 *   Effect.provide(layer({ apiUrl: "/tmdb" }))
 * )
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options = {}): Layer.Layer<Approval.Approval> =>
  Layer.succeed(Approval.Approval, { prepare: prepare(options) })

/** Takes the record, so that it is used only once. */
const take: Effect.Effect<Option.Option<Approval.Pending>> = use((storage) => {
  const text = storage.getItem(key)
  storage.removeItem(key)
  return Option.flatMap(Option.fromNullable(text), decode)
}).pipe(Effect.orElseSucceed(Option.none))

/** Whether the request token was used, or never can be. */
const isOver = (error: SignIn.CompleteError): boolean => {
  if (error.granted !== undefined || isTokenRefused(error)) return true
  return error._tag === "ApprovalDenied" || error._tag === "ApprovalExpired"
}

const finish = (callbackUrl: string, pending: Approval.Pending) =>
  SignIn.complete(callbackUrl, pending).pipe(
    // A temporary failure, or another sign-in's callback, must not lose the approval.
    Effect.tapError((error) => (isOver(error) ? Effect.void : Effect.ignore(keep(encode(pending))))),
    Effect.asSome
  )

/** The page was opened without a callback: by the back button, a reload, or because TMDB sent none. */
const inquire = (pending: Approval.Pending) =>
  Effect.flatMap(Clock.currentTimeMillis, (now) => {
    if (pending.expiresAt <= now) return Effect.succeedNone
    return SignIn.complete("", pending).pipe(
      Effect.asSome,
      Effect.catchIf(
        (error) => error.granted === undefined,
        // The person may still go forward to TMDB's page and approve.
        () => Effect.as(Effect.ignore(keep(encode(pending))), Option.none())
      )
    )
  })

/**
 * Finishes a sign-in on the return page. Run it first, since it also removes the
 * request token from the address bar. `None` when there is no sign-in to finish, or
 * when the page was opened without a callback and TMDB gives no session.
 *
 * Fails as `SignIn.complete` does: with `ApprovalDenied` when the person denied, and
 * with `ApprovalFailed` when the callback belongs to another sign-in, such as another
 * tab's or another person's. After a temporary failure (`ConnectionFailed`,
 * `ServiceUnavailable`), run it again to go on.
 *
 * @example
 * import { layer, RedirectApproval } from "@tmdb-session/browser"
 * import { Console, Effect, Option } from "effect"
 *
 * const program = RedirectApproval.resume.pipe(
 *   Effect.flatMap(
 *     Option.match({
 *       onNone: () => Console.log("Nobody has come back."),
 *       onSome: () => Console.log("Signed in.")
 *     })
 *   ),
 *   Effect.provide(layer({ apiUrl: "/tmdb" }))
 * )
 *
 * @since 0.1.0
 * @category operations
 */
export const resume: Effect.Effect<
  Option.Option<SignIn.SignedIn>,
  SignIn.CompleteError,
  TmdbClient
> = Effect.gen(function* () {
  const callbackUrl = callback.take()
  const pending = yield* take
  if (Option.isNone(pending)) {
    if (callbackUrl === undefined) return Option.none()
    return yield* failed(
      "The callback belongs to a sign-in that has ended, or that began in another tab",
      "Start signing in again"
    )
  }
  return yield* callbackUrl === undefined ? inquire(pending.value) : finish(callbackUrl.href, pending.value)
})
