/** What the page does with TMDB: one Effect for each thing a person can do. */
import {
  Account,
  Authentication,
  layer,
  PopupApproval,
  RedirectApproval,
  SessionStore,
  SignIn,
  WebSessionStore
} from "@tmdb-session/browser"
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Option from "effect/Option"
import type { Settings } from "./settings.js"

export type Area = "local" | "session"

/** Someone who is signed in, and where the session is stored. */
export interface Person {
  readonly account: Account.Account
  readonly session: SignIn.SignedIn
  readonly area: Area
}

const stores = { local: WebSessionStore.layerLocal(), session: WebSessionStore.layerSession() }

const inStore = <A, E, R>(area: Area, use: (store: SessionStore.Service) => Effect.Effect<A, E, R>) =>
  Effect.flatMap(SessionStore.SessionStore, use).pipe(Effect.provide(stores[area]))

const areas: ReadonlyArray<Area> = ["session", "local"]

/** The key of the chosen storage, which is remembered while the person is away from the page. */
const areaKey = "demonstration/area"

/** Runs the page's effects with the client of this site. */
export const makeRuntime = ({ apiUrl, webUrl }: Settings) => ManagedRuntime.make(layer({ apiUrl, webUrl }))

/** Asks TMDB whose session it is, and stores the session with the username. */
const welcome = (session: SignIn.SignedIn, area: Area) =>
  Effect.gen(function* () {
    const account = yield* Account.details(session.sessionId)
    const record = yield* SessionStore.record(session, { username: account.username })
    yield* inStore(area, (store) => store.save(record))
    return { account, area, session } satisfies Person
  })

const known = (area: Area) =>
  Effect.gen(function* () {
    const record = yield* inStore(area, (store) => store.load())
    if (Option.isNone(record)) return Option.none<Person>()
    const session = yield* SessionStore.session(record.value)
    const account = yield* Account.details(session.sessionId)
    return Option.some<Person>({ account, area, session })
  })

/** Who was signed in before. A session that TMDB no longer knows is removed. */
export const remembered = Effect.gen(function* () {
  for (const area of areas) {
    const found = yield* known(area).pipe(
      Effect.tapErrorTag("InvalidSession", () => inStore(area, (store) => store.remove()))
    )
    if (Option.isSome(found)) return found
  }
  return Option.none<Person>()
})

/** Who has just come back from TMDB. */
export const returned = Effect.gen(function* () {
  const session = yield* RedirectApproval.resume
  if (Option.isNone(session)) return Option.none<Person>()
  const area = sessionStorage.getItem(areaKey) === "session" ? "session" : "local"
  sessionStorage.removeItem(areaKey)
  return Option.some(yield* welcome(session.value, area))
})

type OnEvent = (event: SignIn.SignInEvent) => void

const telling = (onEvent: OnEvent) => (event: SignIn.SignInEvent) => Effect.sync(() => onEvent(event))

/** Signs in with a pop-up. The store is tested first: the person should not approve if it cannot be written. */
export const byPopup = (area: Area, onEvent: OnEvent) =>
  inStore(area, (store) => store.prove).pipe(
    Effect.zipRight(SignIn.signIn({ onEvent: telling(onEvent) })),
    Effect.flatMap((session) => welcome(session, area)),
    Effect.provide(PopupApproval.layer({ redirectTo: "signed-in.html" }))
  )

/** Signs in by leaving the page. `returned` continues when the person is back. */
export const byRedirect = (area: Area, onEvent: OnEvent) =>
  inStore(area, (store) => store.prove).pipe(
    Effect.zipRight(Effect.sync(() => sessionStorage.setItem(areaKey, area))),
    Effect.zipRight(SignIn.signIn({ onEvent: telling(onEvent) })),
    Effect.flatMap((session) => welcome(session, area)),
    Effect.provide(RedirectApproval.layer())
  )

export const asGuest = Authentication.createGuestSession()

/** Removes the session here, and ends it at TMDB. It is removed here even if TMDB does not end it. */
export const signOut = ({ area, session }: Person) =>
  Effect.zipRight(
    inStore(area, (store) => store.remove()),
    SignIn.signOut(session)
  )
