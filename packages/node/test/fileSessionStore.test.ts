/** Sessions in a file: for one user alone, whole whatever happens, and nothing lost between processes. */
import { execFileSync } from "node:child_process"
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync
} from "node:fs"
import fs from "node:fs/promises"
import os from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as SessionStore from "@tmdb-session/core/SessionStore"
import type { SessionStoreError } from "@tmdb-session/core/TmdbError"
import { temporaryFolder } from "@tmdb-session/testing/Folder"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { vi } from "vitest"
import * as FileSessionStore from "../src/FileSessionStore.js"
import { decide, type Facts } from "../src/internal/directory.js"
import { asAnybody, program, run, spawned } from "./Child.js"
import { faulty, folder, handles, modeOf, noUmask, replacing } from "./Disk.js"
import { recordOf, roundOf } from "./Record.js"

/** All of it with `npm run soak`, a tenth with `npm test`. */
const share = process.env["SOAK"] === "1" ? 1 : 0.1

const inFolder = <A, E>(
  directory: string,
  use: (store: SessionStore.Service) => Effect.Effect<A, E>
): Effect.Effect<A, E> =>
  Effect.provide(
    Effect.flatMap(SessionStore.SessionStore, use),
    Layer.orDie(FileSessionStore.layer({ directory }))
  )

const save = (directory: string, round = 1, profile?: string) =>
  inFolder(directory, (store) => store.save(recordOf(round), profile))

/** The round of what is kept, or `undefined`: to `assert`, `None` equals any `Some`. */
const load = (directory: string, profile?: string) =>
  Effect.map(
    inFolder(directory, (store) => store.load(profile)),
    (kept) => Option.getOrUndefined(Option.map(kept, roundOf))
  )

const fileIn = (folder: string): string => join(folder, "sessions.json")
describe("what is kept", () => {
  it.scopedLive(
    "is one file of mode 0600 in a folder of mode 0700, whatever the umask, and nothing beside it",
    () =>
      Effect.gen(function* () {
        const directory = yield* folder
        yield* noUmask
        yield* save(directory, 1)
        yield* save(directory, 2, "other")
        assert.deepStrictEqual([modeOf(directory), modeOf(fileIn(directory))], [0o700, 0o600])
        assert.deepStrictEqual(readdirSync(directory), ["sessions.json"])
        assert.strictEqual(yield* load(directory), 1)
        assert.strictEqual(yield* load(directory, "other"), 2)
      })
  )

  it.scopedLive("is nothing as long as nothing was saved: reading and removing make no folder", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      assert.isUndefined(yield* load(directory))
      yield* inFolder(directory, (store) => store.remove())
      assert.isEmpty(yield* inFolder(directory, (store) => store.list))
      assert.throws(() => lstatSync(directory), "ENOENT")
    })
  )

  it.scopedLive("is forgotten when it is removed", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      yield* save(directory)
      yield* inFolder(directory, (store) => store.remove())
      assert.notInclude(readFileSync(fileIn(directory), "utf8"), "canary")
    })
  )

  it.scopedLive("survives writers of one process that do not wait for each other", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      const rounds = Array.from({ length: 40 }, (_, round) => round)
      yield* inFolder(directory, (store) =>
        Effect.forEach(rounds, (round) => store.save(recordOf(round), `p${round}`), {
          concurrency: "unbounded"
        })
      )
      assert.lengthOf(yield* inFolder(directory, (store) => store.list), rounds.length)
    })
  )

  it.scopedLive("sweeps what killed writers left a minute ago, and nothing else", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      yield* save(directory)
      const draft = "sessions.json.AAAAAAAAAAA_.tmp"
      const locks = ["sessions.lock", "sessions.json.lock"]
      const old = [
        draft,
        ...locks.flatMap((lock) => [`${lock}.AAAAAAAAAAA-.tmp`, `${lock}.${"0a".repeat(12)}`])
      ]
      const kept = ["sessions.json.old", "sessions.json.bak.tmp", "notes", "sessions.json.BBBBBBBBBBBB.tmp"]
      for (const name of [...old, ...kept]) writeFileSync(join(directory, name), "")
      const past = Date.now() / 1000 - 61
      for (const name of [...old, ...kept.slice(0, 3)]) utimesSync(join(directory, name), past, past)
      yield* save(directory, 2)
      assert.sameMembers(readdirSync(directory), ["sessions.json", ...kept])
    })
  )
})

describe("the lock over several steps", () => {
  it.scopedLive("given many that look before they replace, each sees what the one before it kept", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      const rounds = Array.from({ length: 20 }, (_, index) => index + 1)
      const replaced = yield* Effect.forEach(
        rounds,
        (round) =>
          Effect.gen(function* () {
            yield* FileSessionStore.lock({ directory })
            const before = yield* load(directory)
            yield* save(directory, round)
            return before
          }).pipe(Effect.scoped),
        { concurrency: "unbounded" }
      )
      const last = yield* load(directory)
      assert.sameMembers([...replaced, last], [undefined, ...rounds])
      assert.deepStrictEqual(readdirSync(directory), ["sessions.json"])
    })
  )

  it.scopedLive("is refused in a folder that is not ours alone", () =>
    Effect.gen(function* () {
      yield* asAnybody
      const directory = yield* folder
      mkdirSync(directory, { mode: 0o755 })
      const failure = yield* Effect.flip(Effect.scoped(FileSessionStore.lock({ directory })))
      assert.include({ ...failure }, { _tag: "SessionStoreError", reason: "permission" })
    })
  )
})

describe("where it is kept", () => {
  const linux: Facts = {
    platform: "linux",
    home: "/home/me",
    cwd: "/work",
    configDirectory: undefined,
    xdgConfigHome: undefined,
    appData: undefined
  }
  const windows: Facts = { ...linux, platform: "win32", home: "C:\\Users\\me", cwd: "D:\\" }
  const places: ReadonlyArray<readonly [string, Facts, string | undefined]> = [
    ["Linux", linux, "/home/me/.config/tmdb-session"],
    ["XDG", { ...linux, xdgConfigHome: "/xdg" }, "/xdg/tmdb-session"],
    [
      "a relative XDG folder, which is to be ignored",
      { ...linux, xdgConfigHome: "xdg" },
      "/home/me/.config/tmdb-session"
    ],
    ["macOS", { ...linux, platform: "darwin" }, "/home/me/Library/Application Support/tmdb-session"],
    ["XDG on macOS", { ...linux, platform: "darwin", xdgConfigHome: "/xdg" }, "/xdg/tmdb-session"],
    ["Windows", { ...windows, appData: "E:\\Roaming" }, "E:\\Roaming\\tmdb-session"],
    ["Windows without APPDATA", windows, "C:\\Users\\me\\AppData\\Roaming\\tmdb-session"],
    [
      "a relative APPDATA, which is not used",
      { ...windows, appData: "Roaming" },
      "C:\\Users\\me\\AppData\\Roaming\\tmdb-session"
    ],
    ["an empty HOME", { ...linux, home: "" }, undefined],
    ["a relative HOME", { ...linux, home: "me" }, undefined],
    ["a relative HOME on macOS", { ...linux, platform: "darwin", home: "me" }, undefined],
    ["a relative HOME on Windows", { ...windows, home: "me", appData: "Roaming" }, undefined],
    [
      "a relative HOME, where APPDATA says where",
      { ...windows, home: "me", appData: "E:\\Roaming" },
      "E:\\Roaming\\tmdb-session"
    ],
    ["a folder of one's own", { ...linux, configDirectory: "/own", xdgConfigHome: "/xdg" }, "/own"],
    ["one below the current folder", { ...linux, configDirectory: "own" }, "/work/own"]
  ]
  for (const [name, facts, place] of places) {
    it(`${name}: ${place ?? "nowhere"}`, () => assert.strictEqual(decide(facts), place))
  }

  const homeIs = (home: string) =>
    Effect.acquireRelease(
      Effect.sync(() => vi.stubEnv("HOME", home)),
      () => Effect.sync(() => vi.unstubAllEnvs())
    )

  const variables = (entries: Record<string, string>) =>
    Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(entries))))

  it.effect("is told by the environment, where a blank variable is none", () =>
    Effect.gen(function* () {
      const path = FileSessionStore.path()
      const own = { TMDB_SESSION_CONFIG_DIR: "/own", XDG_CONFIG_HOME: "/xdg" }
      assert.strictEqual(yield* variables(own)(path), "/own/sessions.json")
      const blank = { TMDB_SESSION_CONFIG_DIR: " ", XDG_CONFIG_HOME: "/xdg" }
      assert.strictEqual(yield* variables(blank)(path), "/xdg/tmdb-session/sessions.json")
      assert.strictEqual(yield* FileSessionStore.path({ directory: "/given" }), "/given/sessions.json")
    })
  )

  it.scoped("is known without a home, where a setting names it", () =>
    Effect.gen(function* () {
      yield* replacing(os, "homedir", () => {
        throw new Error("canary")
      })
      const own = variables({ TMDB_SESSION_CONFIG_DIR: "/own" })
      assert.strictEqual(yield* own(FileSessionStore.defaultDirectory), "/own")
      const failure = yield* Effect.flip(variables({})(FileSessionStore.defaultDirectory))
      assert.match(failure.message, /HOME is unset.*TMDB_SESSION_CONFIG_DIR/)
    })
  )

  for (const home of ["", "home"]) {
    it.scoped(`is not known where HOME is ${JSON.stringify(home)}, unless another variable says it`, () =>
      Effect.gen(function* () {
        yield* homeIs(home)
        const failure = yield* Effect.flip(variables({})(FileSessionStore.defaultDirectory))
        assert.strictEqual(failure._tag, "InvalidConfiguration")
        assert.match(failure.message, /\bHOME\b.*TMDB_SESSION_CONFIG_DIR/)
        const relative = variables({ XDG_CONFIG_HOME: "xdg" })(FileSessionStore.make())
        assert.strictEqual((yield* Effect.flip(relative))._tag, "InvalidConfiguration")
        for (const name of ["TMDB_SESSION_CONFIG_DIR", "XDG_CONFIG_HOME"]) {
          assert.match(yield* variables({ [name]: "/own" })(FileSessionStore.defaultDirectory), /^\/own/)
        }
      })
    )
  }
})

/** What the message says to type. */
const mend = (error: SessionStoreError): void => {
  const command = /\(((?:chmod|rm|mv) .*)\)/.exec(error.message)?.[1]
  if (command === undefined) throw new Error(`No command in: ${error.message}`)
  execFileSync("sh", ["-c", command])
}

describe("what is not ours alone is neither read nor written, and the error says how to mend it", () => {
  interface Case {
    /** What is wrong, in a folder where something is kept. */
    readonly arrange: (directory: string) => void
    readonly reason: SessionStoreError["reason"]
    readonly says: string
    readonly reads?: boolean
    readonly mends?: boolean
  }
  const replaced = (path: string, target: string) => {
    rmSync(path, { recursive: true })
    symlinkSync(target, path)
  }
  const text = (content: string) => (directory: string) =>
    writeFileSync(fileIn(directory), content, { mode: 0o600 })
  const cases: Record<string, Case> = {
    "a folder that others may read": {
      arrange: (directory) => chmodSync(directory, 0o750),
      reason: "permission",
      says: "is open to other users"
    },
    "a file that others may read": {
      arrange: (directory) => chmodSync(fileIn(directory), 0o604),
      reason: "permission",
      says: "is open to other users"
    },
    "a folder that is a link": {
      arrange: (directory) => {
        mkdirSync(`${directory}.elsewhere`, { mode: 0o700 })
        replaced(directory, `${directory}.elsewhere`)
      },
      reason: "permission",
      says: "is a symbolic link"
    },
    "a file that is a link": {
      arrange: (directory) => {
        writeFileSync(`${directory}.elsewhere`, '{"version":1,"profiles":{}}', { mode: 0o600 })
        replaced(fileIn(directory), `${directory}.elsewhere`)
      },
      reason: "permission",
      says: "is a symbolic link"
    },
    "a file that is a link to nothing": {
      arrange: (directory) => replaced(fileIn(directory), `${directory}.nowhere`),
      reason: "permission",
      says: "is a symbolic link"
    },
    "a file that is damaged": {
      arrange: text('{"version":1,"profiles":{"x":'),
      reason: "corrupt",
      says: "cannot be read"
    },
    "a file that is empty": { arrange: text(""), reason: "corrupt", says: "cannot be read" },
    "a file of a newer version": {
      arrange: text('{"version":2,"profiles":{}}'),
      reason: "corrupt",
      says: "newer version"
    },
    "a folder where the file should be": {
      arrange: (directory) => {
        rmSync(fileIn(directory))
        mkdirSync(fileIn(directory))
      },
      reason: "unavailable",
      says: "is not a file",
      mends: false
    },
    "a pipe where the file should be": {
      arrange: (directory) => {
        rmSync(fileIn(directory))
        execFileSync("mkfifo", ["-m", "600", fileIn(directory)])
      },
      reason: "unavailable",
      says: "is not a file",
      mends: false
    },
    "a file where the folder should be": {
      arrange: (directory) => {
        rmSync(directory, { recursive: true })
        writeFileSync(directory, "", { mode: 0o600 })
      },
      reason: "unavailable",
      says: "is not a folder",
      mends: false
    },
    "a folder that cannot be written": {
      arrange: (directory) => chmodSync(directory, 0o500),
      reason: "permission",
      says: "EACCES",
      reads: true,
      mends: false
    }
  }

  for (const [name, { arrange, mends, reads, reason, says }] of Object.entries(cases)) {
    it.scopedLive(`given ${name}: ${reason}`, () =>
      Effect.gen(function* () {
        const directory = yield* folder
        yield* asAnybody
        yield* save(directory)
        arrange(directory)
        const writing = yield* Effect.flip(save(directory, 2))
        const errors = reads === true ? [writing] : [writing, yield* Effect.flip(load(directory))]
        for (const error of errors) {
          assert.deepInclude(error, { _tag: "SessionStoreError", reason })
          assert.include(error.message, says)
          assert.notInclude(`${error.message}${error.stack}${JSON.stringify(error)}`, "canary")
        }
        if (reads === true) assert.strictEqual(yield* load(directory), 1)
        if (mends === false) return
        mend(writing as SessionStoreError)
        yield* save(directory, 3)
        assert.strictEqual(yield* load(directory), 3)
      })
    )
  }

  it.scopedLive("given a folder of another user: permission", () =>
    Effect.gen(function* () {
      yield* asAnybody
      const error = yield* Effect.flip(save("/usr"))
      assert.deepInclude(error, { _tag: "SessionStoreError", reason: "permission" })
      assert.match(error.message, /\/usr belongs to another user\. .*\(sudo chown -R \d+ \/usr\)/)
    })
  )

  it.scopedLive("given a file of another user: permission", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      yield* asAnybody
      yield* save(directory)
      // The file stays, and this process becomes someone else to itself once the folder was looked at.
      const uid = process.geteuid?.() ?? 0
      vi.spyOn(process, "geteuid")
        .mockReturnValueOnce(uid)
        .mockReturnValue(uid + 1)
      const error = yield* Effect.flip(load(directory))
      assert.deepInclude(error, { _tag: "SessionStoreError", reason: "permission" })
      assert.include(error.message, "sessions.json belongs to another user")
    })
  )

  it.scopedLive("given a place where no folder can be made: permission", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      yield* asAnybody
      mkdirSync(directory, { mode: 0o500 })
      const error = yield* Effect.flip(save(join(directory, "below")))
      assert.deepInclude(error, { _tag: "SessionStoreError", reason: "permission" })
    })
  )
})

describe("a disk that fails", () => {
  const codes = [
    [{ code: "ENOSPC" }, "full"],
    [{ code: "Unknown system error -122", errno: -122 }, "full"],
    [{ code: "EROFS" }, "permission"],
    [{ code: "EIO" }, "unavailable"]
  ] as const
  const steps = ["lock", "draft", "sync", "rename"] as const
  for (const step of steps) {
    for (const [error, reason] of codes) {
      it.scopedLive(`given ${error.code} at the ${step}: ${reason}, and what was kept is still there`, () =>
        Effect.gen(function* () {
          const directory = yield* folder
          yield* save(directory)
          const failure = yield* Effect.gen(function* () {
            if (step === "lock") yield* faulty(fs, "writeFile", error)
            else if (step === "rename") yield* faulty(fs, "rename", error)
            else yield* faulty(yield* handles, step === "draft" ? "writeFile" : "sync", error)
            return yield* Effect.flip(save(directory, 2))
          }).pipe(Effect.scoped)
          assert.deepInclude(failure, { _tag: "SessionStoreError", reason })
          assert.notInclude(failure.message, "canary")
          assert.strictEqual(yield* load(directory), 1)
          assert.deepStrictEqual(readdirSync(directory), ["sessions.json"])
          yield* save(directory, 3)
        })
      )
    }
  }

  /** A disk of one's own that is full, where this user may mount one. */
  const tinyDisk = Effect.acquireRelease(
    Effect.map(temporaryFolder, (path) => {
      try {
        execFileSync("mount", ["-t", "tmpfs", "-o", "size=16k,mode=700", "tmpfs", path], { stdio: "ignore" })
        return { path, mounted: true }
      } catch {
        return { path, mounted: false }
      }
    }),
    ({ mounted, path }) => Effect.sync(() => mounted && execFileSync("umount", ["-l", path]))
  )

  it.scopedLive("given one that is full: full, nothing lost, and all is well once there is room", () =>
    Effect.gen(function* () {
      const { mounted, path } = yield* tinyDisk
      const directory = join(path, "tmdb-session")
      yield* save(directory)
      const filling = Effect.sync(() => {
        try {
          for (let part = 0; ; part += 1) writeFileSync(join(path, `filling${part}`), Buffer.alloc(4096))
        } catch (error) {
          assert.strictEqual((error as NodeJS.ErrnoException).code, "ENOSPC")
        }
      })
      yield* Effect.gen(function* () {
        yield* mounted ? filling : faulty(fs, "writeFile", { code: "ENOSPC" })
        const error = yield* Effect.flip(save(directory, 2))
        assert.deepInclude(error, { _tag: "SessionStoreError", reason: "full" })
        assert.include(error.message, "Make room on the disk")
        assert.strictEqual(yield* load(directory), 1)
        assert.deepStrictEqual(readdirSync(directory), ["sessions.json"])
      }).pipe(Effect.scoped)
      for (const name of readdirSync(path)) if (name.startsWith("filling")) rmSync(join(path, name))
      yield* save(directory, 3)
    })
  )
})

describe("several processes", () => {
  const write = program("write")

  const rounds = 500 * share
  it.scopedLive(
    `given two writers of ${rounds} rounds each, nothing is lost`,
    () =>
      Effect.gen(function* () {
        const directory = yield* folder
        const writers = ["a", "b"].map((prefix) =>
          run(process.execPath, [write(), directory, prefix, String(rounds)])
        )
        for (const { code, stderr } of yield* Effect.all(writers, { concurrency: "unbounded" })) {
          assert.deepStrictEqual([code, stderr], [0, ""])
        }
        const kept = yield* inFolder(directory, (store) => store.list)
        const expected = ["a", "b"].flatMap((prefix) =>
          Array.from({ length: rounds }, (_, round) => `${prefix}${round + 1}`)
        )
        assert.sameMembers([...kept], expected)
        assert.deepStrictEqual(readdirSync(directory), ["sessions.json"])
      }),
    600_000
  )

  it.scopedLive("given a writer whose lock was removed, what another kept meanwhile is not lost", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      yield* save(directory)
      const other = run(process.execPath, [write(), directory, "other=", "2"])
      vi.spyOn(yield* handles, "sync").mockImplementationOnce(() => {
        rmSync(join(directory, "sessions.json.lock"))
        return Effect.runPromise(other)
      })
      yield* save(directory, 3)
      const kept = yield* Effect.all([load(directory), load(directory, "other")])
      assert.deepStrictEqual(kept, [3, 2])
      assert.deepStrictEqual(readdirSync(directory), ["sessions.json"])
    })
  )

  const kills = 200 * share
  it.scopedLive(
    `given ${kills} writers that are killed at any moment, the old or the new is there, never half`,
    () =>
      Effect.gen(function* () {
        const directory = yield* folder
        yield* save(directory, 7, "bystander")
        for (let kill = 0; kill < kills; kill += 1) {
          const { ended, process: writer } = spawned(process.execPath, [write(), directory, "p=", "1000000"])
          let wait: NodeJS.Timeout | undefined
          writer.stdout?.once("data", () => {
            wait = setTimeout(() => writer.kill("SIGKILL"), Math.random() * 30)
          })
          const { signal, stderr, stdout } = yield* Effect.promise(() => ended)
          clearTimeout(wait)
          assert.deepStrictEqual([signal, stderr], ["SIGKILL", ""])
          const acknowledged = Number(stdout.trim().split("\n").at(-1))
          const kept = yield* load(directory, "p")
          assert.include([acknowledged, acknowledged + 1], kept)
          assert.strictEqual(yield* load(directory, "bystander"), 7)
        }
        // Whatever the last one left, the next writer is not held up by it.
        yield* save(directory, 8, "bystander")
      }),
    600_000
  )
})
