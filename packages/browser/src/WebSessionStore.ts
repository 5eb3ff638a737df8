/**
 * Keeps sessions in the browser's storage: in `localStorage` for all tabs, until it
 * is cleared, or in `sessionStorage` for this tab, until it is closed.
 *
 * Any script of the page's origin can read both. To keep sessions safe, let no
 * foreign script run: set a strict `Content-Security-Policy`.
 *
 * @since 0.1.0
 */
import * as SessionStore from "@tmdb-session/core/SessionStore"
import { SessionStoreError, type StoreReason } from "@tmdb-session/core/TmdbError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as storage from "./internal/storage.js"

/**
 * How sessions are kept.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** What the keys begin with, for several apps on one origin. `"tmdb-session/"` by default. */
  readonly prefix?: string | undefined
}

const defaultPrefix = "tmdb-session/"

const sentences: Readonly<Record<StoreReason, readonly [what: string, next: string]>> = {
  full: ["The browser's storage for this site is full", "Clear this site's data, then sign in again"],
  permission: [
    "The browser blocks storage for this site",
    "Allow cookies and site data for this site, or leave private browsing"
  ],
  unavailable: ["The browser's storage cannot be used", "Try again, or use another browser"],
  corrupt: ["The browser's storage cannot be read", "Clear this site's data, then sign in again"]
}

const use = <A>(area: storage.Area, evaluate: (storage: Storage) => A) =>
  Effect.mapError(storage.use(area, evaluate), (reason) => {
    const [what, next] = sentences[reason]
    return new SessionStoreError({ operation: "sessionStore", reason, what, next })
  })

const backend = (area: storage.Area, prefix: string): SessionStore.Backend => ({
  get: (key) =>
    Effect.map(
      use(area, (storage) => storage.getItem(prefix + key)),
      Option.fromNullable
    ),
  set: (key, value) => use(area, (storage) => storage.setItem(prefix + key, value)),
  remove: (key) => use(area, (storage) => storage.removeItem(prefix + key)),
  list: use(area, (storage) =>
    Object.keys(storage)
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length))
  )
})

const layer = (area: storage.Area, { prefix = defaultPrefix }: Options) =>
  Layer.succeed(SessionStore.SessionStore, SessionStore.make(backend(area, prefix)))

/**
 * A store in `localStorage`, shared by all tabs of this origin. Its operations
 * fail with `SessionStoreError`: `full`, `permission` (blocked, as in some
 * private windows), `corrupt` or `unavailable`.
 *
 * @example
 * import { SessionStore, WebSessionStore } from "@tmdb-session/browser"
 * import { Effect } from "effect"
 *
 * const kept = Effect.flatMap(SessionStore.SessionStore, (store) => store.load()).pipe(
 *   Effect.provide(WebSessionStore.layerLocal())
 * )
 *
 * @since 0.1.0
 * @category layers
 */
export const layerLocal = (options: Options = {}): Layer.Layer<SessionStore.SessionStore> =>
  layer("localStorage", options)

/**
 * A store in `sessionStorage`, for this tab until it is closed. Its operations fail
 * as those of `layerLocal` do.
 *
 * @example
 * import { SessionStore, WebSessionStore } from "@tmdb-session/browser"
 * import { Effect } from "effect"
 *
 * const forget = Effect.flatMap(SessionStore.SessionStore, (store) => store.remove()).pipe(
 *   Effect.provide(WebSessionStore.layerSession())
 * )
 *
 * @example
 * import { SessionStore, WebSessionStore } from "@tmdb-session/browser"
 * import { Effect } from "effect"
 *
 * const kept = Effect.flatMap(SessionStore.SessionStore, (store) => store.load()).pipe(
 *   Effect.provide(WebSessionStore.layerSession())
 * )
 *
 * @since 0.1.0
 * @category layers
 */
export const layerSession = (options: Options = {}): Layer.Layer<SessionStore.SessionStore> =>
  layer("sessionStorage", options)

/**
 * What another tab did to the store in `localStorage`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Change {
  /** The profile; absent when all were cleared at once. */
  readonly profile: string | undefined
  /** `false` when the profile was removed, as by signing out. */
  readonly kept: boolean
}

const changeOf = (event: StorageEvent, prefix: string): Option.Option<Change> => {
  if (event.storageArea !== localStorage) return Option.none()
  if (event.key === null) return Option.some({ profile: undefined, kept: false })
  if (!event.key.startsWith(prefix)) return Option.none()
  const profile = event.key.slice(prefix.length)
  // The store's probe and corrupt records have a `~` in their keys, which no profile has.
  return profile.includes("~") ? Option.none() : Option.some({ profile, kept: event.newValue !== null })
}

/**
 * The changes that other tabs make to the store of `layerLocal`, as they happen. A
 * page can so notice that someone signed out in another tab. It never ends.
 *
 * @example
 * import { WebSessionStore } from "@tmdb-session/browser"
 * import { Effect, Stream } from "effect"
 *
 * const leaveWhenSignedOut = WebSessionStore.changes().pipe(
 *   Stream.filter(({ kept }) => !kept),
 *   Stream.runForEach(() => Effect.sync(() => location.reload()))
 * )
 *
 * @since 0.1.0
 * @category streams
 */
export const changes = ({ prefix = defaultPrefix }: Options = {}): Stream.Stream<Change> =>
  Stream.async<Change>((emit) => {
    const listener = (event: StorageEvent) => {
      const change = changeOf(event, prefix)
      if (Option.isSome(change)) void emit.single(change.value)
    }
    addEventListener("storage", listener)
    return Effect.sync(() => removeEventListener("storage", listener))
  })
