/**
 * Keeps sessions by profile. An adapter provides a backend, which stores only
 * text. This module decides what a record holds, and which one may be
 * overwritten.
 *
 * @since 0.1.0
 */
import * as KeyValueStore from "@effect/platform/KeyValueStore"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { Secret } from "./internal/secret.js"
import type { SignedIn } from "./SignIn.js"
import { type Options as ClientOptions, normalApiUrl, TmdbClient } from "./TmdbClient.js"
import { InvalidConfiguration, SessionStoreError } from "./TmdbError.js"

/**
 * What is kept of a sign-in. Encoded, it is plain JSON with its secrets in the
 * clear.
 *
 * @since 0.1.0
 * @category schemas
 */
export const SessionRecord = Schema.Struct({
  version: Schema.Literal(1),
  sessionId: Secret,
  /** From a v4 sign-in. */
  accessToken: Schema.optional(Secret),
  /** From a v4 sign-in. */
  accountId: Schema.optional(Schema.String),
  /** Whose session it is, for a list of profiles. */
  username: Schema.optional(Schema.String),
  /** The API that the session came from. It is sent to no other. */
  apiUrl: Schema.String,
  /** The app's credential to use with this session, where the person typed it in. It is sent to no other API. */
  credentials: Schema.optional(
    Schema.Struct({ accessToken: Schema.optional(Secret), apiKey: Schema.optional(Secret) })
  )
})

/**
 * @see {@link SessionRecord}
 * @since 0.1.0
 * @category models
 */
export type SessionRecord = typeof SessionRecord.Type

/**
 * What a store is built on: it keeps text by key.
 *
 * @since 0.1.0
 * @category models
 */
export interface Backend {
  readonly get: (key: string) => Effect.Effect<Option.Option<string>, SessionStoreError>
  readonly set: (key: string, value: string) => Effect.Effect<void, SessionStoreError>
  readonly remove: (key: string) => Effect.Effect<void, SessionStoreError>
  readonly list: Effect.Effect<ReadonlyArray<string>, SessionStoreError>
}

/**
 * What a {@link SessionStore} can fail with.
 *
 * @since 0.1.0
 * @category errors
 */
export type StoreError = SessionStoreError | InvalidConfiguration

/**
 * The store's own methods. The profile is `"default"` unless it is named.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** Keeps a record. It does not overwrite one of a newer version of this library, and keeps a corrupt one aside. */
  readonly save: (record: SessionRecord, profile?: string) => Effect.Effect<void, StoreError>
  readonly load: (profile?: string) => Effect.Effect<Option.Option<SessionRecord>, StoreError>
  /** Forgets a profile. Its session stays valid at TMDB: end it first, with `SignIn.signOut`. */
  readonly remove: (profile?: string) => Effect.Effect<void, StoreError>
  /** The profiles, sorted. */
  readonly list: Effect.Effect<ReadonlyArray<string>, StoreError>
  /** Proves that a record could be saved now. Call it before a person is asked. */
  readonly prove: Effect.Effect<void, StoreError>
}

/**
 * The store of sessions.
 *
 * @since 0.1.0
 * @category tags
 */
export class SessionStore extends Context.Tag("@tmdb-session/core/SessionStore")<SessionStore, Service>() {}

/**
 * The profile that is used when none is named.
 *
 * @since 0.1.0
 * @category constants
 */
export const defaultProfile = "default"

const operation = "sessionStore"
const profileShape = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

/** No profile can have these names: none may contain `~`. */
const probeKey = "~probe"
const corruptKey = (profile: string): string => `${profile}~corrupt`

const checkProfile = (profile: string): Either.Either<string, InvalidConfiguration> =>
  profileShape.test(profile)
    ? Either.right(profile)
    : Either.left(
        new InvalidConfiguration({
          operation,
          what: "The name of the profile is not valid",
          next: "Use up to 64 letters, digits, dots, dashes and underscores, and begin with a letter or digit"
        })
      )

const Stored = Schema.parseJson(SessionRecord)
const Versioned = Schema.parseJson(Schema.Struct({ version: Schema.Number }))

type Kept =
  | { readonly _tag: "Record"; readonly record: SessionRecord }
  | { readonly _tag: "Newer" }
  | { readonly _tag: "Corrupt" }

const read = (text: string): Kept => {
  const record = Schema.decodeUnknownOption(Stored)(text)
  if (Option.isSome(record)) return { _tag: "Record", record: record.value }
  const version = Schema.decodeUnknownOption(Versioned)(text)
  return Option.isSome(version) && version.value.version > 1 ? { _tag: "Newer" } : { _tag: "Corrupt" }
}

const newer = (profile: string) =>
  new SessionStoreError({
    operation,
    reason: "corrupt",
    what: `The profile ${profile} was written by a newer version`,
    next: "Update tmdb-session, or use another profile"
  })

const corrupt = (profile: string) =>
  new SessionStoreError({
    operation,
    reason: "corrupt",
    what: `The profile ${profile} cannot be read`,
    next: "Sign in again; the old record is kept aside"
  })

/**
 * A store over a backend.
 *
 * @example
 * import { SessionStore } from "@tmdb-session/core"
 * import { Effect, Option } from "effect"
 *
 * const store = SessionStore.make({
 *   get: () => Effect.succeed(Option.none()),
 *   set: () => Effect.void,
 *   remove: () => Effect.void,
 *   list: Effect.succeed([])
 * })
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (backend: Backend): Service => ({
  save: (record, profile = defaultProfile) =>
    Effect.gen(function* () {
      const key = yield* checkProfile(profile)
      const before = yield* backend.get(key)
      if (Option.isSome(before)) {
        const kept = read(before.value)
        if (kept._tag === "Newer") return yield* newer(key)
        if (kept._tag === "Corrupt") yield* backend.set(corruptKey(key), before.value)
      }
      // JavaScript may pass what is not a record. The schema's own error would print it.
      const text = yield* Effect.mapError(Schema.encode(Stored)(record), () => corrupt(key))
      yield* backend.set(key, text)
    }),
  load: (profile = defaultProfile) =>
    Effect.gen(function* () {
      const key = yield* checkProfile(profile)
      const text = yield* backend.get(key)
      if (Option.isNone(text)) return Option.none()
      const kept = read(text.value)
      if (kept._tag === "Newer") return yield* newer(key)
      if (kept._tag === "Corrupt") return yield* corrupt(key)
      return Option.some(kept.record)
    }),
  remove: (profile = defaultProfile) =>
    Effect.flatMap(checkProfile(profile), (key) =>
      // What was kept aside may hold a session too.
      Effect.zipRight(backend.remove(key), backend.remove(corruptKey(key)))
    ),
  list: Effect.map(backend.list, (keys) => keys.filter((key) => profileShape.test(key)).sort()),
  prove: Effect.zipRight(backend.set(probeKey, ""), backend.remove(probeKey))
})

/**
 * Makes the record of a sign-in, bound to the API of the client in context.
 *
 * `credentials` is the app's credential to use with this session, where the
 * person typed it in. Leave one from the environment there.
 *
 * @example
 * import { SessionStore, SignIn } from "@tmdb-session/core"
 * import { Effect } from "effect"
 *
 * const signInAndKeep = Effect.gen(function* () {
 *   const store = yield* SessionStore.SessionStore
 *   const signedIn = yield* SignIn.signIn()
 *   yield* store.save(yield* SessionStore.record(signedIn))
 * })
 *
 * @since 0.1.0
 * @category constructors
 */
export const record = (
  signedIn: SignedIn,
  options: Pick<SessionRecord, "username" | "credentials"> = {}
): Effect.Effect<SessionRecord, never, TmdbClient> =>
  Effect.map(TmdbClient, ({ apiUrl }) => ({ version: 1, ...signedIn, ...options, apiUrl }))

/**
 * Whether a record came from the API at `apiUrl`, however the URL is spelled. A
 * session, and a credential that is kept with it, are sent to no other API.
 *
 * @example
 * import { SessionStore, TmdbClient } from "@tmdb-session/core"
 *
 * const isOfTmdb = (record: SessionStore.SessionRecord) => SessionStore.isFrom(record, TmdbClient.defaultApiUrl)
 *
 * @since 0.1.0
 * @category predicates
 */
export const isFrom = (record: Pick<SessionRecord, "apiUrl">, apiUrl: string): boolean => {
  const one = normalApiUrl(record.apiUrl)
  const other = normalApiUrl(apiUrl)
  return Either.isRight(one) && Either.isRight(other) && one.right === other.right
}

const foreign = (kept: "session" | "credential") =>
  new InvalidConfiguration({
    operation,
    what: `The ${kept} came from another API URL and is not sent to this one`,
    next: "Sign in to this one under another profile"
  })

/**
 * The session of a record, for use with the API that it came from.
 *
 * Fails with `InvalidConfiguration` when the client in context talks to another
 * API.
 *
 * @example
 * import { Account, SessionStore } from "@tmdb-session/core"
 * import { Effect } from "effect"
 *
 * const whoami = (record: SessionStore.SessionRecord) =>
 *   Effect.flatMap(SessionStore.session(record), ({ sessionId }) => Account.details(sessionId))
 *
 * @since 0.1.0
 * @category accessors
 */
export const session = (record: SessionRecord): Effect.Effect<SignedIn, InvalidConfiguration, TmdbClient> =>
  Effect.flatMap(TmdbClient, ({ apiUrl }) => {
    if (!isFrom(record, apiUrl)) return foreign("session")
    const { accessToken, accountId, sessionId } = record
    return Effect.succeed({
      sessionId,
      ...(accessToken === undefined ? {} : { accessToken }),
      ...(accountId === undefined ? {} : { accountId })
    })
  })

/**
 * What a client needs to use a record: its API, and the app's credential where
 * one was typed in. `apiUrl` is the API that the caller wants; the record's own
 * by default.
 *
 * Fails with `InvalidConfiguration` when the record came from another API, so
 * its credential is never sent there.
 *
 * @example
 * import { SessionStore, TmdbClient } from "@tmdb-session/core"
 * import { Effect } from "effect"
 *
 * const client = (record: SessionStore.SessionRecord) =>
 *   Effect.flatMap(SessionStore.clientOptions(record), TmdbClient.make)
 *
 * @since 0.1.0
 * @category accessors
 */
export const clientOptions = (
  record: SessionRecord,
  options: { readonly apiUrl?: string | undefined } = {}
): Either.Either<Pick<ClientOptions, "accessToken" | "apiKey" | "apiUrl">, InvalidConfiguration> =>
  Either.flatMap(normalApiUrl(options.apiUrl ?? record.apiUrl), (apiUrl) =>
    isFrom(record, apiUrl)
      ? Either.right({ ...record.credentials, apiUrl })
      : Either.left(foreign("credential"))
  )

/** A backend in memory. */
const memory = (): Backend => {
  const entries = new Map<string, string>()
  return {
    get: (key) => Effect.sync(() => Option.fromNullable(entries.get(key))),
    set: (key, value) => Effect.sync(() => void entries.set(key, value)),
    remove: (key) => Effect.sync(() => void entries.delete(key)),
    list: Effect.sync(() => [...entries.keys()])
  }
}

/**
 * Keeps sessions until the process ends.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerMemory: Layer.Layer<SessionStore> = Layer.sync(SessionStore, () => make(memory()))

const Names = Schema.parseJson(Schema.Array(Schema.String))

/** A `KeyValueStore` cannot list its keys, so this backend keeps their names in one more entry. */
const keyValueStore = (store: KeyValueStore.KeyValueStore, prefix: string): Effect.Effect<Backend> =>
  Effect.map(Effect.makeSemaphore(1), (semaphore) => {
    const unavailable = () =>
      new SessionStoreError({
        operation,
        reason: "unavailable",
        what: "The key-value store cannot be read or written",
        next: "Check the store that was provided"
      })
    const indexKey = `${prefix}~index`
    const get = (key: string) => Effect.mapError(store.get(prefix + key), unavailable)
    const names = store
      .get(indexKey)
      .pipe(
        Effect.mapError(unavailable),
        Effect.map(Option.flatMap(Schema.decodeOption(Names))),
        Effect.map(Option.getOrElse((): ReadonlyArray<string> => []))
      )
    const updateNames = (change: (names: Set<string>) => void) =>
      Effect.flatMap(names, (before) => {
        const after = new Set(before)
        change(after)
        return Effect.mapError(store.set(indexKey, JSON.stringify([...after])), unavailable)
      })
    const alone = semaphore.withPermits(1)
    return {
      get,
      // The name first: an entry that no list shows would leave a valid session behind.
      set: (key, value) =>
        alone(
          Effect.zipRight(
            updateNames((all) => all.add(key)),
            Effect.mapError(store.set(prefix + key, value), unavailable)
          )
        ),
      remove: (key) =>
        alone(
          Effect.zipRight(
            Effect.mapError(store.remove(prefix + key), unavailable),
            updateNames((all) => all.delete(key))
          )
        ),
      list: names
    }
  })

/**
 * Keeps sessions in any `KeyValueStore` of `@effect/platform`. Its keys begin
 * with `prefix`, `"tmdb-session/"` by default.
 *
 * @example
 * import { SessionStore } from "@tmdb-session/core"
 * import { KeyValueStore } from "@effect/platform"
 * import { Layer } from "effect"
 *
 * const Store = SessionStore.layerKeyValueStore().pipe(Layer.provide(KeyValueStore.layerMemory))
 *
 * @since 0.1.0
 * @category layers
 */
export const layerKeyValueStore = (
  options: { readonly prefix?: string | undefined } = {}
): Layer.Layer<SessionStore, never, KeyValueStore.KeyValueStore> =>
  Layer.effect(
    SessionStore,
    Effect.gen(function* () {
      const store = yield* KeyValueStore.KeyValueStore
      return make(yield* keyValueStore(store, options.prefix ?? "tmdb-session/"))
    })
  )
