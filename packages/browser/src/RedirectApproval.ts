/**
 * Asks a person by leaving the page for TMDB's, which sends them back: `ask`
 * keeps a record of the sign-in in this tab's `sessionStorage`, and `resume`
 * finishes it on the return page.
 *
 * A record belongs to one sign-in of one tab. Another tab has its own, and a
 * callback with another request token is refused.
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
  /**
   * The return page: of this origin, relative to this page or not; this page
   * unless given. It runs `resume`.
   */
  readonly redirectTo?: string | undefined
}

/** Not the name of a profile: sessions may be kept under the same prefix. */
const key = "tmdb-session/~pending"
const probe = "tmdb-session/~probe"

const encode = Schema.encodeSync(Schema.parseJson(Approval.Pending))
const decode = Schema.decodeUnknownOption(Schema.parseJson(Approval.Pending))

const failed = (what: string, next: string) => new ApprovalFailed({ operation: "signIn", what, next })

const use = <A>(evaluate: (storage: Storage) => A): Effect.Effect<A, ApprovalFailed> =>
  Effect.mapError(storage.use("sessionStorage", evaluate), () =>
    failed(
      "The browser blocks storage for this site, so the sign-in could not be finished after leaving the page",
      "Allow cookies and site data here, or sign in with a pop-up window"
    )
  )

const keep = (text: string) => use((storage) => storage.setItem(key, text))

/** Forgets the record, unless another sign-in has put its own in its place. */
const forget = (text: string | undefined) =>
  Effect.ignore(use((storage) => storage.getItem(key) === text && storage.removeItem(key)))

/** Without the query: it is not known what TMDB makes of a return URL that has one. */
const pageToReturnTo = ({
  redirectTo = location.pathname
}: Options): Effect.Effect<string, ApprovalFailed> => {
  const url = relativeToPage(redirectTo)
  return url?.origin === location.origin
    ? Effect.succeed(url.href)
    : failed("The return page is not of this origin", "Pass redirectTo: a page of this site that runs resume")
}

/** The back button may restore this page as it was left. */
const restored: Effect.Effect<void> = Effect.async((resume) => {
  const listener = (event: PageTransitionEvent) => event.persisted && resume(Effect.void)
  addEventListener("pageshow", listener)
  return Effect.sync(() => removeEventListener("pageshow", listener))
})

const prepare = (options: Options): Effect.Effect<Approval.Prepared, ApprovalFailed, Scope.Scope> =>
  Effect.gen(function* () {
    const redirectTo = yield* pageToReturnTo(options)
    // Checked before TMDB is asked for a token.
    yield* use((storage) => {
      storage.setItem(probe, "")
      storage.removeItem(probe)
    })
    let kept: string | undefined
    // If the sign-in ends while this page is open, no return from TMDB is expected.
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
 * Asks by leaving this page. Nothing runs here afterwards: `resume` goes on
 * when the person returns. Only if the back button restores this very page does
 * the sign-in end here, as refused unless TMDB says otherwise.
 *
 * Fails with `ApprovalFailed`, once signing in begins, when the browser blocks
 * storage for this site.
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

/** Takes the record, so that a second call finds none. */
const take: Effect.Effect<Option.Option<Approval.Pending>> = use((storage) => {
  const text = storage.getItem(key)
  storage.removeItem(key)
  return Option.flatMap(Option.fromNullable(text), decode)
}).pipe(Effect.orElseSucceed(Option.none))

/** The request token was used, or can never be used. */
const isOver = (error: SignIn.CompleteError): boolean => {
  if (error.granted !== undefined || isTokenRefused(error)) return true
  return error._tag === "ApprovalDenied" || error._tag === "ApprovalExpired"
}

const finish = (callbackUrl: string, pending: Approval.Pending) =>
  SignIn.complete(callbackUrl, pending).pipe(
    // A failed connection, or a callback of another sign-in, must not cost the person their approval.
    Effect.tapError((error) => (isOver(error) ? Effect.void : Effect.ignore(keep(encode(pending))))),
    Effect.asSome
  )

/** The page was opened without a callback: by the back button, a reload, or because TMDB added none. */
const inquire = (pending: Approval.Pending) =>
  Effect.flatMap(Clock.currentTimeMillis, (now) => {
    if (pending.expiresAt <= now) return Effect.succeedNone
    return SignIn.complete("", pending).pipe(
      Effect.asSome,
      Effect.catchIf(
        (error) => error.granted === undefined,
        // They may still go forward to TMDB and approve.
        () => Effect.as(Effect.ignore(keep(encode(pending))), Option.none())
      )
    )
  })

/**
 * Finishes a sign-in on the return page. Run it first: it also takes the
 * request token out of the address bar. `None` when no sign-in was under way.
 *
 * Fails as `SignIn.complete` does: with `ApprovalDenied` when the person
 * refused, with `ApprovalFailed` when what came back belongs to another
 * sign-in, another tab's or someone else's. After trouble on the way
 * (`ConnectionFailed`, `ServiceUnavailable`), running it again goes on.
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
      "The callback belongs to a sign-in that did not begin in this tab, or is over",
      "Start signing in again"
    )
  }
  return yield* callbackUrl === undefined ? inquire(pending.value) : finish(callbackUrl.href, pending.value)
})
