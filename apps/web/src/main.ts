/** The page: what each button does, and what the person is shown. */
import { type Authentication, WebSessionStore } from "@tmdb-session/browser"
import * as Cause from "effect/Cause"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { log, sentence } from "./log.js"
import { byId, chosenArea, on, show } from "./page.js"
import { type Failure, problemOf } from "./problem.js"
import { readSettings, type Settings } from "./settings.js"
import { showStored } from "./stored.js"
import * as tmdb from "./tmdb.js"

const settings = await readSettings()
const runtime = tmdb.makeRuntime(settings)

let person: tmdb.Person | undefined
let guest: Authentication.GuestSession | undefined
let abort: AbortController | undefined

const refresh = () => showStored(guest && Redacted.value(guest.guestSessionId))

const nameOf = new Intl.DisplayNames(["en"], { type: "language", fallback: "none" })
const countryOf = new Intl.DisplayNames(["en"], { type: "region", fallback: "none" })

/** The name of a code. TMDB may send none, or one that is not valid. */
const named = (names: Intl.DisplayNames, code: string | undefined): string => {
  try {
    return names.of(code ?? "") ?? "Not given"
  } catch {
    return "Not given"
  }
}

const pictureOf = ({ account }: tmdb.Person, { gravatarUrl }: Settings): string | undefined => {
  if (account.avatarPath !== undefined) return `https://image.tmdb.org/t/p/w185${account.avatarPath}`
  return account.gravatarHash && gravatarUrl.replace("{hash}", encodeURIComponent(account.gravatarHash))
}

const showPicture = (source: string | undefined): void => {
  const picture = byId("picture") as HTMLImageElement
  picture.hidden = true
  if (source === undefined) return
  picture.onload = () => {
    picture.hidden = false
  }
  picture.src = source
}

const showPerson = (signedIn: tmdb.Person): void => {
  person = signedIn
  guest = undefined
  const { account } = signedIn
  const name = account.name === "" ? account.username : account.name
  byId("name").textContent = name
  byId("username").textContent = `@${account.username}`
  byId("initials").textContent = name.slice(0, 1).toUpperCase()
  byId("account-id").textContent = String(account.id)
  byId("language").textContent = named(nameOf, account.iso6391)
  byId("country").textContent = named(countryOf, account.iso31661)
  showPicture(pictureOf(signedIn, settings))
  refresh()
  show("person", `Signed in as ${name}`)
}

const showNobody = (status: string): void => {
  person = undefined
  guest = undefined
  refresh()
  show("nobody", status)
}

const showGuest = (session: Authentication.GuestSession): void => {
  guest = session
  const end = DateTime.toDateUtc(session.expiresAt)
  byId("guest-end").textContent = `on ${end.toLocaleString([], { dateStyle: "long", timeStyle: "short" })}`
  refresh()
  show("guest", "You are a guest")
}

const showWaiting = (title: string, text: string): void => {
  byId("waiting-title").textContent = title
  byId("waiting-text").textContent = text
  refresh()
  show("waiting", title)
}

const showProblem = (error: Failure): void => {
  const { redirect, text, title } = problemOf(error)
  byId("problem-title").textContent = title
  byId("problem-text").textContent = text
  byId("problem-tag").textContent = error._tag
  byId("problem-redirect").hidden = !redirect
  log(title, "bad")
  refresh()
  show("problem", title)
}

/** Runs a step to its end. It cancels a step that is still under way. */
const run = async <A>(
  effect: Effect.Effect<
    A,
    Failure,
    Parameters<typeof runtime.runPromiseExit>[0] extends Effect.Effect<infer _, infer __, infer R> ? R : never
  >,
  done: (value: A) => void
): Promise<void> => {
  abort?.abort()
  const mine = new AbortController()
  abort = mine
  const exit = await runtime.runPromiseExit(effect, { signal: mine.signal })
  if (abort !== mine) return
  abort = undefined
  if (Exit.isSuccess(exit)) return done(exit.value)
  const failure = Cause.failureOption(exit.cause)
  if (Option.isSome(failure)) return showProblem(failure.value)
  if (Cause.isInterruptedOnly(exit.cause)) return
  throw Cause.squash(exit.cause)
}

const signedIn = (someone: tmdb.Person): void => {
  log(`Signed in as ${someone.account.username}`, "good")
  showPerson(someone)
}

on("popup", () => {
  const step = run(
    tmdb.byPopup(chosenArea(), (event) => log(sentence(event))),
    signedIn
  )
  showWaiting("Waiting for you at TMDB", "Approve in the window that opened. It closes by itself.")
  return step
})

on("redirect", () => {
  const step = run(
    tmdb.byRedirect(chosenArea(), (event) => log(sentence(event))),
    signedIn
  )
  showWaiting("Going to TMDB", "After your decision, TMDB sends you back here.")
  return step
})

on("guest", () => {
  const step = run(tmdb.asGuest, (session) => {
    log("TMDB gave a guest session", "good")
    showGuest(session)
  })
  showWaiting("One moment", "Asking TMDB for a guest session.")
  return step
})

on("sign-out", () => {
  if (person === undefined) return
  const step = run(tmdb.signOut(person), () => {
    log("TMDB ended the session, and this page removed it", "good")
    showNobody("Signed out")
  })
  showWaiting("Signing out", "Asking TMDB to end the session.")
  return step
})

on("cancel", () => {
  abort?.abort()
  abort = undefined
  log("Cancelled")
  showNobody("Cancelled")
})

on("leave", () => {
  log("This page dropped the guest session; at TMDB it expires by itself")
  showNobody("You are no longer a guest")
})

on("back", () => showNobody("You are not signed in"))

/** Follows other tabs: signs in or out when another tab does. */
const follow = WebSessionStore.changes().pipe(
  Stream.filter(({ profile }) => profile === undefined || profile === "default"),
  Stream.runForEach(({ kept }) =>
    Effect.sync(() => {
      if (abort !== undefined || (kept && person !== undefined)) return
      log(kept ? "Signed in in another tab" : "Signed out in another tab")
      if (kept) void run(tmdb.remembered, showFound)
      else if (person?.area === "local") showNobody("Signed out in another tab")
    })
  )
)

const showFound = (found: Option.Option<tmdb.Person>): void => {
  if (Option.isSome(found)) showPerson(found.value)
  else showNobody("You are not signed in")
}

refresh()
runtime.runFork(follow)
void run(
  Effect.flatMap(tmdb.returned, (back) => {
    if (Option.isNone(back)) return tmdb.remembered
    return Effect.sync(() => {
      log("You came back from TMDB")
      log(`Signed in as ${back.value.account.username}`, "good")
      return back
    })
  }),
  showFound
)
