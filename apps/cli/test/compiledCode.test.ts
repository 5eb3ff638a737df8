/** Compiled code is kept from one start to the next, for this user alone, and nothing depends on it. */
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { type Place, place } from "./Place.js"

const cacheOf = (there: Place): string => join(there.folder, ".cache", "tmdb-session", "compiled")

/** The files below a folder, by their paths. */
const filesBelow = (folder: string): ReadonlyArray<string> =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name, parentPath }) => join(parentPath, name))
    : []

/** What is kept, and when each file came to be: a file that is written anew is another one. */
const kept = (there: Place): ReadonlyMap<string, number> =>
  new Map(filesBelow(cacheOf(there)).map((file) => [file, statSync(file).ino]))

const biggest = (there: Place): string => {
  const [file] = [...filesBelow(cacheOf(there))].sort(
    (one, other) => statSync(other).size - statSync(one).size
  )
  if (file === undefined) throw new Error("No compiled code is kept")
  return file
}

const environmentSession = (there: Place) => ({ env: { TMDB_SESSION_ID: there.tmdb.createSession() } })

/** A start that goes well, and says what `status` says. */
const status = (there: Place, env: Readonly<Record<string, string>> = {}) =>
  Effect.gen(function* () {
    const { env: session } = environmentSession(there)
    const ended = yield* there.run(["status"], { env: { ...session, ...env } })
    assert.deepStrictEqual([ended.code, ended.stderr], [0, ""])
    assert.include(ended.stdout, "The environment, filmfan (in use)")
  })

describe("compiled code", () => {
  it.scopedLive("is kept in a folder of this user's own, which nobody else can read", () =>
    Effect.gen(function* () {
      const there = yield* place()
      const shared = join(there.folder, "shared")
      mkdirSync(shared)
      yield* status(there, { TMPDIR: shared })
      assert.deepStrictEqual(readdirSync(shared), [])
      const files = filesBelow(cacheOf(there))
      assert.isAbove(files.length, 0)
      for (const file of files) assert.strictEqual(statSync(file).mode & 0o777, 0o600)
      assert.strictEqual(statSync(cacheOf(there)).mode & 0o777, 0o700)
    })
  )

  it.scopedLive("goes below XDG_CACHE_HOME, where that is a folder's whole path", () =>
    Effect.gen(function* () {
      const there = yield* place()
      const caches = join(there.folder, "caches")
      yield* status(there, { XDG_CACHE_HOME: caches })
      assert.isAbove(filesBelow(join(caches, "tmdb-session", "compiled")).length, 0)
      assert.strictEqual(kept(there).size, 0)
      yield* status(there, { XDG_CACHE_HOME: "caches" })
      assert.isAbove(kept(there).size, 0)
    })
  )

  it.scopedLive("is used by the next start, which has nothing to add", () =>
    Effect.gen(function* () {
      const there = yield* place()
      yield* status(there)
      const before = kept(there)
      yield* status(there)
      assert.deepStrictEqual(kept(there), before)
    })
  )

  it.scopedLive("holds no secret", () =>
    Effect.gen(function* () {
      const there = yield* place()
      const { env } = environmentSession(there)
      assert.strictEqual((yield* there.run(["status"], { env })).code, 0)
      const secrets = [env.TMDB_SESSION_ID, there.tmdb.accessToken, there.tmdb.apiKey]
      const files = filesBelow(cacheOf(there))
      assert.isAbove(files.length, 0)
      for (const file of files) {
        const text = readFileSync(file, "latin1")
        for (const secret of secrets) assert.isFalse(text.includes(secret), `a secret is in ${file}`)
      }
    })
  )

  it.scopedLive("is made anew where it is damaged, cut off or empty", () =>
    Effect.gen(function* () {
      const there = yield* place()
      yield* status(there)
      const file = biggest(there)
      const whole = readFileSync(file)
      const damaged = Buffer.from(whole)
      damaged.fill(0xa5, damaged.length / 2, damaged.length / 2 + 64)
      for (const broken of [
        damaged,
        whole.subarray(0, whole.length / 2),
        Buffer.alloc(0),
        Buffer.alloc(whole.length)
      ]) {
        writeFileSync(file, broken)
        yield* status(there)
        assert.isFalse(readFileSync(file).equals(broken))
      }
    })
  )

  it.scopedLive("of a start that failed is not kept: the next may call more", () =>
    Effect.gen(function* () {
      const there = yield* place()
      assert.strictEqual((yield* there.run(["status"])).code, 4)
      assert.strictEqual(kept(there).size, 0)
    })
  )

  it.scopedLive("of another version gives way, and nothing beside it does", () =>
    Effect.gen(function* () {
      const there = yield* place()
      const older = join(cacheOf(there), "0.0.0.1-older")
      mkdirSync(older, { recursive: true })
      const beside = join(cacheOf(there), "..", "sessions.json")
      writeFileSync(beside, "{}")
      yield* status(there)
      assert.isFalse(existsSync(older))
      assert.isTrue(existsSync(beside))
    })
  )

  it.scopedLive("is left alone where others can write, behind a link, and where it is not wanted", () =>
    Effect.gen(function* () {
      const there = yield* place()
      yield* status(there, { NODE_DISABLE_COMPILE_CACHE: "1" })
      assert.strictEqual(kept(there).size, 0)

      const elsewhere = join(there.folder, "elsewhere")
      mkdirSync(elsewhere)
      mkdirSync(join(cacheOf(there), ".."), { recursive: true })
      symlinkSync(elsewhere, cacheOf(there))
      yield* status(there)
      assert.deepStrictEqual(readdirSync(elsewhere), [])

      const open = join(there.folder, "open")
      mkdirSync(join(open, "tmdb-session", "compiled"), { recursive: true })
      chmodSync(join(open, "tmdb-session", "compiled"), 0o777)
      yield* status(there, { XDG_CACHE_HOME: open })
      assert.deepStrictEqual(filesBelow(open), [])
    })
  )

  // Only root can make a folder somebody else's, and only root is sent to one by sudo.
  it.scopedLive.runIf(process.geteuid?.() === 0)("is left alone below the HOME of another user", () =>
    Effect.gen(function* () {
      const there = yield* place()
      const another = 12_345
      const home = join(there.folder, "home")
      mkdirSync(home)
      chownSync(home, another, another)
      yield* status(there, { HOME: home })
      assert.deepStrictEqual(readdirSync(home), [])

      const compiled = join(home, ".cache", "tmdb-session", "compiled")
      mkdirSync(compiled, { recursive: true })
      chownSync(compiled, another, another)
      yield* status(there, { HOME: home })
      assert.deepStrictEqual(filesBelow(home), [])
    })
  )

  it.scopedLive("that cannot be kept keeps nobody from anything", () =>
    Effect.gen(function* () {
      const there = yield* place()
      const file = join(there.folder, "file")
      writeFileSync(file, "")
      yield* status(there, { XDG_CACHE_HOME: file })

      yield* status(there)
      for (const name of readdirSync(cacheOf(there))) {
        rmSync(join(cacheOf(there), name), { recursive: true })
        writeFileSync(join(cacheOf(there), name), "")
      }
      yield* status(there)
      assert.deepStrictEqual([...new Set(filesBelow(cacheOf(there)).map((kept) => statSync(kept).size))], [0])
    })
  )
})
