/** A file for this user alone: what it is made as, what is refused, and that nobody sees half of it. */
import { chmodSync, lstatSync, readdirSync, readFileSync, renameSync, symlinkSync } from "node:fs"
import fs from "node:fs/promises"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import type { SessionStoreError } from "@tmdb-session/core/TmdbError"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as PrivateFile from "../src/PrivateFile.js"
import { faulty, folder, modeOf, noUmask } from "./Disk.js"

/** A file that is not there yet, in a folder that is not there yet. */
const file = Effect.map(folder, (directory) => join(directory, "notes.json"))

const read = (path: string) => Effect.map(PrivateFile.read(path), Option.getOrUndefined)

describe("a private file", () => {
  it.scopedLive("is nothing as long as nothing was written: reading makes no folder", () =>
    Effect.gen(function* () {
      const path = yield* file
      assert.isUndefined(yield* read(path))
      assert.throws(() => lstatSync(dirname(path)), "ENOENT")
    })
  )

  it.scopedLive(
    "is of mode 0600 in a folder of mode 0700, whatever the umask, and says what was last written",
    () =>
      Effect.gen(function* () {
        const path = yield* file
        yield* noUmask
        yield* PrivateFile.replace(path, "a longer text")
        yield* PrivateFile.replace(path, "text")
        assert.strictEqual(yield* read(path), "text")
        assert.deepStrictEqual([modeOf(dirname(path)), modeOf(path)], [0o700, 0o600])
        assert.deepStrictEqual(readdirSync(dirname(path)), ["notes.json"])
      })
  )

  it.scopedLive("takes the place of a link, and what that leads to stays as it was", () =>
    Effect.gen(function* () {
      const path = yield* file
      yield* PrivateFile.replace(path, "elsewhere")
      renameSync(path, `${path}.elsewhere`)
      symlinkSync(`${path}.elsewhere`, path)
      yield* PrivateFile.replace(path, "text")
      assert.strictEqual(yield* read(path), "text")
      assert.strictEqual(yield* read(`${path}.elsewhere`), "elsewhere")
    })
  )

  it.scopedLive("is the old text or the new to whoever reads while it is replaced", () =>
    Effect.gen(function* () {
      const path = yield* file
      const old = "a".repeat(1_000_000)
      const next = "b".repeat(1_000_000)
      const replace = (text: string) => PrivateFile.replace(path, text)
      yield* replace(old)
      const reading = Effect.map(read(path), (text) => assert.isTrue(text === old || text === next))
      yield* Effect.raceFirst(Effect.forEach([next, old, next, old, next], replace), Effect.forever(reading))
    })
  )

  it.scopedLive(
    "is still the old text where a new one cannot be put in its place, and no draft is left",
    () =>
      Effect.gen(function* () {
        const path = yield* file
        yield* PrivateFile.replace(path, "old")
        const failure = yield* faulty(fs, "rename", { code: "EIO" }).pipe(
          Effect.zipRight(Effect.flip(PrivateFile.replace(path, "new"))),
          Effect.scoped
        )
        assert.strictEqual(failure.reason, "unavailable")
        assert.strictEqual(yield* read(path), "old")
        assert.deepStrictEqual(readdirSync(dirname(path)), ["notes.json"])
      })
  )
})

describe("what is not ours alone is refused, and left as it was", () => {
  interface Case {
    /** What is wrong, where a file was written. */
    readonly arrange: (path: string) => void
    readonly use: (path: string) => Effect.Effect<unknown, SessionStoreError>
    readonly says: string
  }
  const linked = (path: string) => {
    renameSync(path, `${path}.elsewhere`)
    symlinkSync(`${path}.elsewhere`, path)
  }
  const replace = (path: string) => PrivateFile.replace(path, "new")
  const cases: Record<string, Case> = {
    "a file that others may read": {
      arrange: (path) => chmodSync(path, 0o644),
      use: read,
      says: "is open to other users"
    },
    "a link in the file's place": { arrange: linked, use: read, says: "is a symbolic link" },
    "a folder that others may read, to write into": {
      arrange: (path) => chmodSync(dirname(path), 0o755),
      use: replace,
      says: "is open to other users"
    },
    "a folder that others may write to, to read from": {
      arrange: (path) => chmodSync(dirname(path), 0o777),
      use: read,
      says: "is open to other users"
    },
    "a link in the folder's place": {
      arrange: (path) => linked(dirname(path)),
      use: replace,
      says: "is a symbolic link"
    }
  }
  const found = (path: string) => [
    ...[dirname(path), path].map((each) => lstatSync(each).mode),
    readdirSync(dirname(path)),
    readFileSync(path, "utf8")
  ]

  for (const [name, { arrange, says, use }] of Object.entries(cases)) {
    it.scopedLive(`given ${name}: permission`, () =>
      Effect.gen(function* () {
        const path = yield* file
        yield* PrivateFile.replace(path, "old")
        arrange(path)
        const before = found(path)
        const failure = yield* Effect.flip(use(path))
        assert.strictEqual(failure.reason, "permission")
        assert.include(failure.message, says)
        assert.deepStrictEqual(found(path), before)
      })
    )
  }
})
