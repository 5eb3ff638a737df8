/** Node runs the code that it finds in its cache, so the cache may only be where nobody else can write. */
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import * as module from "node:module"
import { homedir, tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { safeFolder } from "../src/CompileCache.js"
import { type Harness, makeHarness } from "./Harness.js"

const user = process.geteuid?.() ?? 0

const folderIn = (parent: string) =>
  Effect.acquireRelease(
    Effect.sync(() => realpathSync(mkdtempSync(join(parent, ".tmdb-session-test-")))),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
  )

/** Where a user may keep something of their own; a user without a home has no such place. */
const home = (): string => {
  try {
    accessSync(homedir(), constants.W_OK)
    return homedir()
  } catch {
    return tmpdir()
  }
}

/** Three folders, one below the other, of this user alone. */
const folders = Effect.map(folderIn(tmpdir()), (above) => {
  const parent = join(above, "caches")
  const folder = join(parent, "node")
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return { above, parent, folder }
})

type Folders = Effect.Effect.Success<typeof folders>

/** Treats the folders above the test's own as safe: everybody may write to the one for temporary files. */
const safe = (folder: string, { above }: Folders, who = user): string | undefined =>
  safeFolder(folder, who, (path) => (path.startsWith(above) ? lstatSync(path) : { mode: 0o755, uid: 0 }))

const isRefused = (folder: string, all: Folders, who?: number): boolean => {
  try {
    return safe(folder, all, who) === undefined
  } catch {
    return true
  }
}

describe("a folder for compiled code", () => {
  it.scopedLive("of this user alone is taken, and made where it is not there", () =>
    Effect.gen(function* () {
      const all = yield* folders
      assert.strictEqual(safe(all.folder, all), all.folder)
      const absent = join(all.parent, "not", "there")
      assert.strictEqual(safe(absent, all), absent)
      assert.strictEqual(statSync(absent).mode & 0o777, 0o700)
    })
  )

  it.scopedLive("behind a link is taken by its own path: the link may be replaced", () =>
    Effect.gen(function* () {
      const all = yield* folders
      const link = join(all.above, "link")
      symlinkSync(all.folder, link)
      assert.strictEqual(safe(link, all), all.folder)
    })
  )

  const breaks: Readonly<Record<string, (of: Folders) => void>> = {
    "that its group may write to": ({ folder }) => chmodSync(folder, 0o770),
    "that everybody may write to": ({ folder }) => chmodSync(folder, 0o777),
    "that others may look into": ({ folder }) => chmodSync(folder, 0o755),
    "below one that its group may write to": ({ parent }) => chmodSync(parent, 0o770),
    "below one that everybody may write to": ({ parent }) => chmodSync(parent, 0o777),
    "below one that others may write to, and its group may not": ({ parent }) => chmodSync(parent, 0o702),
    "below one that is shared as the one for temporary files is": ({ parent }) => chmodSync(parent, 0o1777),
    "with an open one further up": ({ above }) => chmodSync(above, 0o777),
    "that is a link to an open one": ({ above, folder }) => {
      const open = join(above, "open")
      mkdirSync(open)
      chmodSync(open, 0o777)
      rmSync(folder, { recursive: true })
      symlinkSync(open, folder)
    },
    "that is a link to nowhere": ({ above, folder }) => {
      rmSync(folder, { recursive: true })
      symlinkSync(join(above, "nowhere"), folder)
    },
    "that is a file": ({ folder }) => {
      rmSync(folder, { recursive: true })
      writeFileSync(folder, "")
    }
  }
  for (const [name, change] of Object.entries(breaks)) {
    it.scopedLive(`${name} is refused`, () =>
      Effect.gen(function* () {
        const all = yield* folders
        assert.isFalse(isRefused(all.folder, all))
        change(all)
        assert.isTrue(isRefused(all.folder, all))
      })
    )
  }

  it.scopedLive("that is not there, in one that everybody may write to, is not made", () =>
    Effect.gen(function* () {
      const all = yield* folders
      chmodSync(all.folder, 0o777)
      assert.isTrue(isRefused(join(all.folder, "tmdb-session", "node"), all))
      assert.deepStrictEqual(readdirSync(all.folder), [])
    })
  )

  it.scopedLive("of another user is refused: sudo may leave us with their HOME", () =>
    Effect.gen(function* () {
      const all = yield* folders
      // Only root can give a folder away; everybody can ask as if they were somebody else.
      assert.isTrue(isRefused(all.folder, all, user + 1))
      assert.isTrue(isRefused(join(all.folder, "below"), all, user + 1))
    })
  )

  it.scopedLive("of this user, below one of another, is refused", () =>
    Effect.gen(function* () {
      const { folder, parent } = yield* folders
      const ownedBy = (owner: number) =>
        safeFolder(folder, user, (path) => ({
          mode: path === folder ? 0o700 : 0o755,
          uid: path === parent ? owner : path === folder ? user : 0
        }))
      assert.strictEqual(ownedBy(user), folder)
      assert.strictEqual(ownedBy(0), folder)
      assert.isUndefined(ownedBy(user + 1))
    })
  )
})

/** A start that goes well, and says what `status` says. */
const status = (harness: Harness, env: Readonly<Record<string, string>>) =>
  Effect.gen(function* () {
    const session = { TMDB_SESSION_ID: harness.tmdb.createSession() }
    const ended = yield* harness.run(["status"], { env: { ...session, ...env } })
    assert.deepStrictEqual([ended.code, ended.stderr], [0, ""])
    assert.include(ended.stdout, "The environment, filmfan (in use)")
    return session.TMDB_SESSION_ID
  })

const filesBelow = (folder: string): ReadonlyArray<string> =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name, parentPath }) => join(parentPath, name))
    : []

describe("the command", () => {
  it.scopedLive("keeps compiled code where Node can, and no secret in it", () =>
    Effect.gen(function* () {
      const harness = yield* makeHarness()
      const caches = yield* folderIn(home())
      const folder = join(caches, "tmdb-session", "node")
      const canKeep = "enableCompileCache" in module && safeFolder(folder, user) !== undefined
      const sessionId = yield* status(harness, { XDG_CACHE_HOME: caches })
      const files = filesBelow(folder)
      assert.strictEqual(files.length > 0, canKeep)
      for (const file of files) {
        const text = readFileSync(file, "latin1")
        for (const secret of [sessionId, harness.tmdb.accessToken, harness.tmdb.apiKey]) {
          assert.isFalse(text.includes(secret), `a secret is in ${file}`)
        }
      }
    })
  )

  it.scopedLive("starts as well where the code that is kept is damaged, cut off or empty", () =>
    Effect.gen(function* () {
      const harness = yield* makeHarness()
      const caches = yield* folderIn(home())
      yield* status(harness, { XDG_CACHE_HOME: caches })
      for (const broken of [(code: Buffer) => code.fill(0xa5, code.length / 2), () => Buffer.alloc(0)]) {
        for (const file of filesBelow(caches)) writeFileSync(file, broken(readFileSync(file)))
        yield* status(harness, { XDG_CACHE_HOME: caches })
      }
    })
  )

  it.scopedLive(
    "keeps none where others can write, where it is not wanted, and where there is no place",
    () =>
      Effect.gen(function* () {
        const harness = yield* makeHarness()
        const caches = yield* folderIn(home())
        yield* status(harness, { XDG_CACHE_HOME: caches, NODE_DISABLE_COMPILE_CACHE: "1" })
        chmodSync(caches, 0o777)
        yield* status(harness, { XDG_CACHE_HOME: caches })
        assert.deepStrictEqual(filesBelow(caches), [])
        const file = join(harness.folder, "file")
        writeFileSync(file, "")
        yield* status(harness, { XDG_CACHE_HOME: file })
        // The folder of this test lies in the one for temporary files.
        yield* status(harness, { XDG_CACHE_HOME: "", HOME: harness.folder })
        assert.deepStrictEqual(filesBelow(join(harness.folder, ".cache")), [])
        yield* status(harness, { XDG_CACHE_HOME: "relative", HOME: "" })
      })
  )

  it.scopedLive("leaves the caches of earlier versions alone, and runs nothing of them", () =>
    Effect.gen(function* () {
      const harness = yield* makeHarness()
      const caches = yield* folderIn(home())
      const older = join(caches, "tmdb-session", "compiled", "0.0.0-older", "status")
      mkdirSync(older, { recursive: true, mode: 0o700 })
      writeFileSync(join(older, "Parse.js"), "throw new Error('older code')")
      yield* status(harness, { XDG_CACHE_HOME: caches })
      assert.isTrue(existsSync(join(older, "Parse.js")))
    })
  )
})
