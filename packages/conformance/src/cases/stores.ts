/** Storing sessions, in each store of an adapter. */
import * as SessionStore from "@tmdb-session/core/SessionStore"
import { assert } from "chai"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type { Adapter } from "../Adapter.js"
import type { Case } from "../Case.js"

const record = (name: string): SessionStore.SessionRecord => ({
  version: 1,
  sessionId: Redacted.make(`canary-session-of-${name}`),
  accessToken: Redacted.make(`canary-access-token-of-${name}`),
  username: name,
  apiUrl: "https://api.example",
  credentials: { apiKey: Redacted.make(`canary-key-of-${name}`) }
})

const text = (secret: Redacted.Redacted<string> | undefined) => secret && Redacted.value(secret)

/** A record with its secrets in plain text, since chai takes any two `Redacted` for equal. */
const plain = ({ accessToken, credentials, sessionId, ...others }: SessionStore.SessionRecord) => ({
  ...others,
  sessionId: text(sessionId),
  accessToken: text(accessToken),
  credentials: { accessToken: text(credentials?.accessToken), apiKey: text(credentials?.apiKey) }
})

const assertIs = (
  found: Option.Option<SessionStore.SessionRecord>,
  expected: SessionStore.SessionRecord
): void => {
  assert.deepStrictEqual(plain(Option.getOrThrow(found)), plain(expected))
}

type Behaviour = readonly [string, Effect.Effect<void, unknown, SessionStore.SessionStore>]

const behaviours: ReadonlyArray<Behaviour> = [
  [
    "gives back what was saved, under the default profile and under a name",
    Effect.gen(function* () {
      const store = yield* SessionStore.SessionStore
      yield* store.save(record("alex"))
      yield* store.save(record("kim"), "work")
      assertIs(yield* store.load(), record("alex"))
      assertIs(yield* store.load("work"), record("kim"))
      assert.deepStrictEqual(yield* store.list, ["default", "work"])
    })
  ],
  [
    "replaces a record of the same profile",
    Effect.gen(function* () {
      const store = yield* SessionStore.SessionStore
      yield* store.save(record("alex"))
      yield* store.save(record("kim"))
      assertIs(yield* store.load(), record("kim"))
      assert.deepStrictEqual(yield* store.list, ["default"])
    })
  ],
  [
    "forgets what is removed, and nothing else",
    Effect.gen(function* () {
      const store = yield* SessionStore.SessionStore
      yield* store.save(record("alex"))
      yield* store.save(record("kim"), "work")
      yield* store.remove()
      yield* store.remove("never-was")
      assert.isTrue(Option.isNone(yield* store.load()))
      assert.deepStrictEqual(yield* store.list, ["work"])
    })
  ],
  [
    "finds nothing where nothing was saved",
    Effect.gen(function* () {
      const store = yield* SessionStore.SessionStore
      assert.isTrue(Option.isNone(yield* store.load()))
      assert.deepStrictEqual(yield* store.list, [])
    })
  ],
  [
    "proves that it can be written, and leaves no trace of it",
    Effect.gen(function* () {
      const store = yield* SessionStore.SessionStore
      yield* store.prove
      assert.deepStrictEqual(yield* store.list, [])
    })
  ],
  [
    "refuses the name of a profile that is none",
    Effect.gen(function* () {
      const store = yield* SessionStore.SessionStore
      for (const name of ["", "../up", "a/b", "~probe", "x".repeat(65)]) {
        const error = yield* Effect.flip(store.save(record("alex"), name))
        assert.strictEqual(error._tag, "InvalidConfiguration")
      }
    })
  ],
  [
    "keeps all that is saved at once",
    Effect.gen(function* () {
      const store = yield* SessionStore.SessionStore
      const names = Array.from({ length: 20 }, (_, index) => `profile-${String(index).padStart(2, "0")}`)
      yield* Effect.forEach(names, (name) => store.save(record(name), name), { concurrency: "unbounded" })
      assert.deepStrictEqual(yield* store.list, names)
    })
  ]
]

export const storeCases = (adapter: Adapter): ReadonlyArray<Case> =>
  Object.entries(adapter.stores).flatMap(([store, layer]) =>
    behaviours.map(([behaviour, run]) => ({
      name: `${store} ${behaviour}`,
      run: Effect.provide(run, layer())
    }))
  )
