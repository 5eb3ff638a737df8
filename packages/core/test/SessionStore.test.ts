/** What is kept of a sign-in, what is refused, and that nothing is lost or sent elsewhere. */
import { KeyValueStore } from "@effect/platform"
import { type PlatformError, SystemError } from "@effect/platform/Error"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Either, Exit, Layer, Option, Redacted } from "effect"
import { Account, SessionStore, type TmdbError } from "../src/index.js"
import { plain, values } from "./Operations.js"
import { accessToken, apiKey, inTurn, json, provide, sessionId } from "./Stub.js"

const apiUrl = "https://api.themoviedb.org"
const record: SessionStore.SessionRecord = { version: 1, sessionId: Redacted.make(sessionId), apiUrl }
const full: SessionStore.SessionRecord = {
  ...record,
  accessToken: Redacted.make(values.userAccessToken),
  accountId: "4bc8892a017a3c0z92001001",
  username: "ada",
  credentials: { accessToken: Redacted.make(accessToken), apiKey: Redacted.make(apiKey) }
}
const written = JSON.stringify({ version: 1, sessionId, apiUrl })

const stub = () => inTurn(json(200, { id: 1, username: "ada" }))

/** A store over entries that a test can look into. */
const over = (entries: Map<string, string>) =>
  SessionStore.make({
    get: (key) => Effect.sync(() => Option.fromNullable(entries.get(key))),
    set: (key, value) => Effect.sync(() => void entries.set(key, value)),
    remove: (key) => Effect.sync(() => void entries.delete(key)),
    list: Effect.sync(() => [...entries.keys()])
  })

/** The error that a use of a store ends in. */
const refused = (use: Effect.Effect<unknown, SessionStore.StoreError>) => Effect.orDie(Effect.flip(use))

const keyValue = (store: KeyValueStore.KeyValueStore, options?: { readonly prefix: string }) =>
  SessionStore.layerKeyValueStore(options).pipe(
    Layer.provide(Layer.succeed(KeyValueStore.KeyValueStore, store))
  )

const stores: ReadonlyArray<readonly [string, Layer.Layer<SessionStore.SessionStore>]> = [
  ["layerMemory", SessionStore.layerMemory],
  ["layerKeyValueStore", SessionStore.layerKeyValueStore().pipe(Layer.provide(KeyValueStore.layerMemory))],
  ["a store over a backend", Layer.sync(SessionStore.SessionStore, () => over(new Map()))]
]

describe.each(stores)("%s", (_, layer) => {
  const given = (use: (store: SessionStore.Service) => Effect.Effect<void, SessionStore.StoreError>) =>
    Effect.flatMap(SessionStore.SessionStore, use).pipe(Effect.provide(Layer.fresh(layer)))

  it.effect("gives back what was saved, all of it", () =>
    given((store) =>
      Effect.gen(function* () {
        for (const one of [record, full]) {
          yield* store.save(one)
          expect(Option.map(yield* store.load(), plain)).toEqual(Option.some(plain(one)))
          expect(Option.map(yield* store.load("default"), plain)).toEqual(Option.some(plain(one)))
        }
      })
    )
  )

  it.effect("knows nothing of a profile that was not saved, and forgets one that is removed", () =>
    given((store) =>
      Effect.gen(function* () {
        expect(yield* store.load("work")).toEqual(Option.none())
        yield* store.save(record, "work")
        expect(yield* store.load()).toEqual(Option.none())
        yield* store.remove("work")
        expect(yield* store.load("work")).toEqual(Option.none())
        yield* store.remove("work")
      })
    )
  )

  it.effect("lists the profiles, sorted", () =>
    given((store) =>
      Effect.gen(function* () {
        expect(yield* store.list).toEqual([])
        for (const profile of ["work", "home", "default"]) yield* store.save(record, profile)
        yield* store.save(record, "home")
        yield* store.prove
        expect(yield* store.list).toEqual(["default", "home", "work"])
        yield* store.remove("home")
        expect(yield* store.list).toEqual(["default", "work"])
      })
    )
  )

  it.effect("loses no profile to another that is saved at the same time", () =>
    given((store) =>
      Effect.gen(function* () {
        const profiles = Array.from({ length: 20 }, (_, index) => `p${index}`)
        yield* Effect.forEach(profiles, (profile) => store.save(record, profile), {
          concurrency: "unbounded"
        })
        expect(yield* store.list).toEqual([...profiles].sort())
      })
    )
  )

  const names = [
    "",
    ".",
    "..",
    "../up",
    "a/b",
    "a\\b",
    "a b",
    "-a",
    "_a",
    "~corrupt",
    "a~b",
    "ä",
    "a\n",
    "a".repeat(65)
  ]
  it.effect.each(names)("takes no profile named %j, wherever it is named", (name) =>
    given((store) =>
      Effect.gen(function* () {
        for (const use of [store.save(record, name), store.load(name), store.remove(name)]) {
          expect((yield* refused(use))._tag).toBe("InvalidConfiguration")
        }
        expect(yield* store.list).toEqual([])
      })
    )
  )

  it.effect.each(["a", "0", "Work", "a.b-c_d", "constructor", "a".repeat(64)])(
    "takes a profile named %s",
    (name) =>
      given((store) =>
        Effect.gen(function* () {
          yield* store.save(record, name)
          expect(yield* store.list).toEqual([name])
        })
      )
  )
})

describe("a record from a newer version", () => {
  const newer = JSON.stringify({ version: 2, sealed: "what this version cannot know" })

  it.effect("is refused, by that name, and not overwritten", () =>
    Effect.gen(function* () {
      const entries = new Map([["default", newer]])
      const store = over(entries)
      for (const use of [store.load(), store.save(record)]) {
        const error = yield* refused(use)
        expect(error).toMatchObject({ _tag: "SessionStoreError", reason: "corrupt" })
        expect(error.message).toContain("newer version")
      }
      expect([...entries]).toEqual([["default", newer]])
      expect(yield* store.list).toEqual(["default"])
    })
  )
})

describe("a record that is corrupt", () => {
  it.effect.each([
    "",
    "{",
    "null",
    "[]",
    "7",
    written.slice(0, -3),
    JSON.stringify({ version: 1 }),
    JSON.stringify({ version: 1, sessionId: "", apiUrl }),
    JSON.stringify({ version: 1, sessionId: 7, apiUrl }),
    JSON.stringify({ version: 0, sessionId, apiUrl }),
    JSON.stringify({ version: "2", sessionId, apiUrl }),
    JSON.stringify({ sessionId, apiUrl })
  ])("is named as such, and kept aside when another is saved: %j", (text) =>
    Effect.gen(function* () {
      const entries = new Map([["default", text]])
      const store = over(entries)
      const error = yield* Effect.flip(store.load())
      expect(error).toMatchObject({ _tag: "SessionStoreError", reason: "corrupt" })
      expect(`${error.message}${error.stack}`).not.toContain(sessionId)
      expect([...entries]).toEqual([["default", text]])

      yield* store.save(record)
      expect(Option.map(yield* store.load(), plain)).toEqual(Option.some(plain(record)))
      expect([...entries.values()]).toContain(text)
      expect(yield* store.list).toEqual(["default"])
    })
  )

  it.effect("is forgotten with its profile: it may hold a session", () =>
    Effect.gen(function* () {
      const entries = new Map([["default", written.slice(0, -3)]])
      const store = over(entries)
      yield* store.save(record)
      yield* store.remove()
      expect([...entries]).toEqual([])
    })
  )
})

describe("a record", () => {
  it.effect("prints no secret, and is plain JSON in the store", () =>
    Effect.gen(function* () {
      const entries = new Map<string, string>()
      yield* over(entries).save(full)
      for (const secret of [sessionId, values.userAccessToken, accessToken, apiKey]) {
        expect(JSON.stringify(full)).not.toContain(secret)
        expect(entries.get("default")).toContain(secret)
      }
    })
  )

  it.effect("that no schema would take is not written", () =>
    Effect.gen(function* () {
      const entries = new Map<string, string>()
      const bad = { ...record, apiUrl: undefined } as unknown as SessionStore.SessionRecord
      const error = yield* Effect.flip(over(entries).save(bad))
      expect(error._tag).toBe("SessionStoreError")
      expect(`${error.message}${error.stack}`).not.toContain(sessionId)
      expect(entries.size).toBe(0)
    })
  )

  it.effect("of a sign-in is bound to the API of the client, and its session is that sign-in again", () =>
    Effect.gen(function* () {
      for (const signedIn of [
        { sessionId: record.sessionId },
        { sessionId: record.sessionId, accessToken: Redacted.make(values.userAccessToken), accountId: "id" }
      ]) {
        const kept = yield* SessionStore.record(signedIn, { username: "ada" }).pipe(provide(stub()))
        expect(plain(kept)).toEqual(plain({ version: 1, ...signedIn, username: "ada", apiUrl }))
        expect(plain(yield* SessionStore.session(kept).pipe(provide(stub())))).toEqual(plain(signedIn))
      }
    })
  )

  it.effect.each([
    "https://elsewhere.example",
    "https://api.themoviedb.org.elsewhere.example",
    "https://api.themoviedb.org:8443",
    "https://api.themoviedb.org/proxy",
    "http://localhost"
  ])("is sent to no other API than its own: %s", (other) =>
    Effect.gen(function* () {
      const seen = stub()
      const error = yield* SessionStore.session(record).pipe(
        Effect.flatMap((session) => Account.details(session.sessionId)),
        provide(seen, { apiUrl: other }),
        Effect.flip
      )
      expect(error._tag).toBe("InvalidConfiguration")
      expect(seen.sent).toEqual([])
    })
  )

  it.effect("its credential makes a client for its own API alone", () =>
    Effect.gen(function* () {
      const kept = { ...full, apiUrl: "https://tmdb.example" }
      const own = plain({ ...full.credentials, apiUrl: "https://tmdb.example" })
      expect(plain(yield* SessionStore.clientOptions(kept))).toEqual(own)
      const slashed = SessionStore.clientOptions(kept, { apiUrl: "https://tmdb.example/" })
      expect(plain(yield* slashed)).toEqual(own)
      const error = yield* Effect.flip(SessionStore.clientOptions(kept, { apiUrl }))
      expect(error._tag).toBe("InvalidConfiguration")
    })
  )
})

describe("isFrom", () => {
  const same = [
    [apiUrl, `${apiUrl}/`],
    [apiUrl, "HTTPS://API.TheMovieDB.org"],
    [apiUrl, `${apiUrl}:443`],
    ["http://127.0.0.1:4000", "http://127.1:4000"],
    ["https://tmdb.example/proxy", "https://tmdb.example/proxy/"]
  ] as const
  const others = [
    [apiUrl, "https://themoviedb.org"],
    [apiUrl, `${apiUrl}:8443`],
    [apiUrl, `${apiUrl}/proxy`],
    ["https://tmdb.example/proxy", "https://tmdb.example/PROXY"],
    ["http://localhost:4000", "https://localhost:4000"],
    ["api.themoviedb.org", "api.themoviedb.org"],
    ["", ""]
  ] as const

  /** What each says of a record that is kept for one address, and used at another. */
  const verdicts = (kept: string, used: string) =>
    Effect.gen(function* () {
      const one = { ...full, apiUrl: kept }
      const session = SessionStore.session(one).pipe(provide(stub(), { apiUrl: used }))
      return {
        isFrom: SessionStore.isFrom(one, used),
        session: Exit.isSuccess(yield* Effect.exit(session)),
        clientOptions: Either.isRight(SessionStore.clientOptions(one, { apiUrl: used }))
      }
    })

  it.effect.each(same)("takes %s and %s for the same, as session and clientOptions do", ([one, other]) =>
    Effect.gen(function* () {
      const yes = { isFrom: true, session: true, clientOptions: true }
      expect(yield* verdicts(one, other)).toEqual(yes)
      expect(yield* verdicts(other, one)).toEqual(yes)
    })
  )

  it.effect.each(others)("does not take %j and %j for the same, nor do they", ([one, other]) =>
    Effect.gen(function* () {
      const no = { isFrom: false, session: false, clientOptions: false }
      expect(yield* verdicts(one, other)).toEqual(no)
      expect(yield* verdicts(other, one)).toEqual(no)
    })
  )
})

describe("layerKeyValueStore", () => {
  it.effect("keeps its entries under its prefix, and leaves others alone", () =>
    Effect.gen(function* () {
      const entries = new Map([["mine", "untouched"]])
      const store = KeyValueStore.makeStringOnly({
        get: (key) => Effect.sync(() => Option.fromNullable(entries.get(key))),
        set: (key, value) => Effect.sync(() => void entries.set(key, value)),
        remove: (key) => Effect.sync(() => void entries.delete(key)),
        clear: Effect.sync(() => entries.clear()),
        size: Effect.sync(() => entries.size)
      })
      const saved = Effect.flatMap(SessionStore.SessionStore, (sessions) => sessions.save(record, "work"))
      yield* Effect.provide(saved, keyValue(store))
      yield* Effect.provide(saved, keyValue(store, { prefix: "other/" }))
      expect([...entries.keys()].filter((key) => !/^(tmdb-session|other)\//.test(key))).toEqual(["mine"])
      expect(entries.get("tmdb-session/work")).toBe(entries.get("other/work"))
      yield* Effect.provide(
        Effect.flatMap(SessionStore.SessionStore, (sessions) => sessions.remove("work")),
        keyValue(store)
      )
      expect(entries.has("tmdb-session/work")).toBe(false)
      expect(entries.has("other/work")).toBe(true)
    })
  )

  it.effect("does without an index that is missing or spoilt", () =>
    Effect.gen(function* () {
      const entries = new Map([
        ["tmdb-session/work", written],
        ["tmdb-session/~index", "{"]
      ])
      const store = KeyValueStore.makeStringOnly({
        get: (key) => Effect.sync(() => Option.fromNullable(entries.get(key))),
        set: (key, value) => Effect.sync(() => void entries.set(key, value)),
        remove: (key) => Effect.sync(() => void entries.delete(key)),
        clear: Effect.void,
        size: Effect.succeed(0)
      })
      const sessions = yield* Effect.provide(SessionStore.SessionStore, keyValue(store))
      expect(yield* sessions.list).toEqual([])
      expect(Option.map(yield* sessions.load("work"), plain)).toEqual(Option.some(plain(record)))
      yield* sessions.save(record, "home")
      expect(yield* sessions.list).toEqual(["home"])
    })
  )

  it.effect("says that the store is unavailable, without what the platform said", () =>
    Effect.gen(function* () {
      const broken: PlatformError = new SystemError({
        reason: "PermissionDenied",
        module: "KeyValueStore",
        method: "set",
        description: `cannot write ${sessionId}`
      })
      const store = KeyValueStore.makeStringOnly({
        get: () => Effect.fail(broken),
        set: () => Effect.fail(broken),
        remove: () => Effect.fail(broken),
        clear: Effect.fail(broken),
        size: Effect.fail(broken)
      })
      const sessions = yield* Effect.provide(SessionStore.SessionStore, keyValue(store))
      const uses: ReadonlyArray<Effect.Effect<unknown, TmdbError.TmdbError>> = [
        sessions.save(record),
        sessions.load(),
        sessions.remove(),
        sessions.list,
        sessions.prove
      ]
      for (const use of uses) {
        const error = yield* Effect.flip(use)
        expect(error).toMatchObject({ _tag: "SessionStoreError", reason: "unavailable" })
        expect(`${error.message}${error.stack}${error.cause}`).not.toContain(sessionId)
      }
    })
  )

  it.effect("names an entry before it is written, so that a session is never kept unseen", () =>
    Effect.gen(function* () {
      const order: Array<string> = []
      const store = KeyValueStore.makeStringOnly({
        get: () => Effect.succeedNone,
        set: (key) => Effect.sync(() => void order.push(`set ${key}`)),
        remove: (key) => Effect.sync(() => void order.push(`remove ${key}`)),
        clear: Effect.void,
        size: Effect.succeed(0)
      })
      const sessions = yield* Effect.provide(SessionStore.SessionStore, keyValue(store))
      yield* sessions.save(record)
      expect(order).toEqual(["set tmdb-session/~index", "set tmdb-session/default"])
    })
  )
})

describe("prove", () => {
  it.effect("fails where nothing could be saved, and leaves nothing behind where it could", () =>
    Effect.gen(function* () {
      const entries = new Map<string, string>()
      yield* over(entries).prove
      expect(entries.size).toBe(0)
    })
  )
})
