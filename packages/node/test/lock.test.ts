/** The lock between processes: who may break it, and who may not. */
import { once } from "node:events"
import fs, { existsSync, type PathOrFileDescriptor, readFileSync, utimesSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setImmediate } from "node:timers/promises"
import { assert, describe, it } from "@effect/vitest"
import { temporaryFolder } from "@tmdb-session/testing/Folder"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as TestClock from "effect/TestClock"
import { LockHeld, lock } from "../src/internal/lock.js"
import { asAnybody, program, spawned } from "./Child.js"
import { replacing } from "./Disk.js"

const lockPath = Effect.map(temporaryFolder, (folder) => join(folder, "lock"))

const withLock = <A, E>(path: string, use: () => Effect.Effect<A, E>) =>
  Effect.scoped(Effect.flatMap(lock(path), use))

const taken = (path: string) => withLock(path, () => Effect.succeed("taken"))

/**
 * Lets time pass, as the clock of the tests has it, whenever somebody waits for
 * that and not for the disk, until it is decided: how many seconds that took.
 */
const seconds = <A, E>(effect: Effect.Effect<A, E>) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(Date.now())
    const fiber = yield* Effect.fork(effect)
    let passed = 0
    while (Option.isNone(yield* Fiber.poll(fiber))) {
      yield* Effect.promise(() => setImmediate())
      if (Chunk.isEmpty(yield* TestClock.sleeps())) continue
      yield* TestClock.adjust("500 millis")
      passed += 0.5
    }
    return { exit: yield* Fiber.await(fiber), passed }
  })

/** What is in a lock, told from one that is held. */
const nameOf = (path: string) =>
  withLock(path, () =>
    Effect.sync(() => JSON.parse(readFileSync(path, "utf8")) as [string, number, string, string])
  )

describe("the lock", () => {
  it.scoped("lets one in at a time, and leaves nothing", () =>
    Effect.gen(function* () {
      const path = yield* lockPath
      const inside = yield* Ref.make(0)
      const visit = withLock(path, () =>
        Effect.gen(function* () {
          assert.strictEqual(yield* Ref.updateAndGet(inside, (count) => count + 1), 1)
          yield* Effect.promise(() => setImmediate())
          yield* Ref.update(inside, (count) => count - 1)
        })
      )
      const { exit } = yield* seconds(
        Effect.all(
          Array.from({ length: 8 }, () => visit),
          { concurrency: "unbounded" }
        )
      )
      assert.isTrue(Exit.isSuccess(exit))
      assert.isFalse(existsSync(path))
    })
  )

  it.scoped("lets go when it is interrupted", () =>
    Effect.gen(function* () {
      const path = yield* lockPath
      const { exit } = yield* seconds(
        Effect.flip(
          Effect.timeout(
            withLock(path, () => Effect.never),
            "1 second"
          )
        )
      )
      assert.isTrue(Exit.isSuccess(exit))
      assert.isFalse(existsSync(path))
    })
  )

  interface Left {
    readonly name: string
    /** From the name of a lock of this process to what was left. */
    readonly content: (own: [string, number, string, string]) => string
    readonly waits: readonly [least: number, most: number]
  }
  const left: ReadonlyArray<Left> = [
    {
      name: "a process that is gone",
      content: ([place, , began, id]) => JSON.stringify([place, 2 ** 30, began, id]),
      waits: [0, 2]
    },
    {
      name: "an earlier process with the id of this one",
      content: ([place, pid, , id]) => JSON.stringify([place, pid, "1", id]),
      waits: [0, 2]
    },
    {
      name: "another machine",
      content: ([, pid, began, id]) => JSON.stringify(["elsewhere", pid, began, id]),
      waits: [9.5, 12]
    },
    { name: "a process that the power left", content: () => "", waits: [9.5, 12] },
    { name: "something else", content: () => '{"pid":1}', waits: [9.5, 12] }
  ]
  for (const { content, name, waits } of left) {
    it.scoped(`breaks the lock of ${name} ${waits[0] === 0 ? "at once" : "after ten seconds"}`, () =>
      Effect.gen(function* () {
        const path = yield* lockPath
        writeFileSync(path, content(yield* nameOf(path)))
        utimesSync(path, Date.now() / 1000, Date.now() / 1000)
        const { exit, passed } = yield* seconds(taken(path))
        assert.deepStrictEqual(exit, Exit.succeed("taken"))
        assert.isAtLeast(passed, waits[0])
        assert.isAtMost(passed, waits[1])
        assert.isFalse(existsSync(path))
      })
    )
  }

  it.scoped("breaks the right to break a lock, too, when its holder is gone", () =>
    Effect.gen(function* () {
      const path = yield* lockPath
      const [place, , began, id] = yield* nameOf(path)
      const gone = JSON.stringify([place, 2 ** 30, began, id])
      const { createHash } = yield* Effect.promise(() => import("node:crypto"))
      const right = `${path}.${createHash("sha256").update(gone).digest("hex").slice(0, 24)}`
      writeFileSync(path, gone)
      writeFileSync(right, JSON.stringify([place, 2 ** 30, began, `${id}x`]))
      const { exit } = yield* seconds(taken(path))
      assert.deepStrictEqual(exit, Exit.succeed("taken"))
      assert.isFalse(existsSync(right))
    })
  )
})

/** What the kernel says of a process, from its state on: only Linux has `/proc`. */
const statOf = (pid: number): ReadonlyArray<string> => {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1")
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")
}

const onLinux = it.scoped.runIf(process.platform === "linux")

describe("given a lock that another process holds", () => {
  const hold = program("hold")

  const holder = (path: string) =>
    Effect.acquireRelease(
      Effect.promise(async () => {
        const running = spawned(process.execPath, [hold(), path])
        if (running.process.stdout !== null) await once(running.process.stdout, "data")
        return running
      }),
      (running) => Effect.sync(() => void running.process.kill("SIGKILL"))
    )

  it.scoped("it is kept as long as that process runs, and free once it was killed", () =>
    Effect.gen(function* () {
      const path = yield* lockPath
      const running = yield* holder(path)
      const { exit, passed } = yield* seconds(Effect.flip(taken(path)))
      assert.deepStrictEqual(exit, Exit.succeed(new LockHeld()))
      assert.isAtLeast(passed, 15)
      running.process.kill("SIGKILL")
      yield* Effect.promise(() => running.ended)
      assert.isBelow((yield* seconds(taken(path))).passed, 2)
    })
  )

  /** Root starts one; to anybody else, the machine's first is another user's. */
  const processOfAnotherUser = Effect.gen(function* () {
    if (process.geteuid?.() !== 0) return 1
    const running = yield* Effect.acquireRelease(
      Effect.sync(() => spawned("sleep", ["60"], { uid: 65_533 })),
      (running) => Effect.sync(() => void running.process.kill("SIGKILL"))
    )
    yield* asAnybody
    return running.process.pid ?? 0
  })

  onLinux("of another user, who may not be signalled, it is kept", () =>
    Effect.gen(function* () {
      const pid = yield* processOfAnotherUser
      assert.throws(() => process.kill(pid, 0), "EPERM")
      const path = yield* lockPath
      const [place, , , id] = yield* nameOf(path)
      writeFileSync(path, JSON.stringify([place, pid, statOf(pid)[19], id]))
      const { exit, passed } = yield* seconds(Effect.flip(taken(path)))
      assert.deepStrictEqual(exit, Exit.succeed(new LockHeld()))
      assert.isAtLeast(passed, 15)
    })
  )

  /** As `/proc` does with the processes of other users, where it is mounted so (hidepid). */
  const hidden = (pid: number) => {
    const read = fs.readFileSync
    return replacing(fs, "readFileSync", (path: PathOrFileDescriptor, encoding: "latin1") =>
      read(path === `/proc/${pid}/stat` ? "/proc/hidden" : path, encoding)
    )
  }

  onLinux("of another user, whom the kernel hides, it is kept for ten seconds", () =>
    Effect.gen(function* () {
      const pid = yield* processOfAnotherUser
      const path = yield* lockPath
      const [place, , , id] = yield* nameOf(path)
      writeFileSync(path, JSON.stringify([place, pid, statOf(pid)[19], id]))
      yield* hidden(pid)
      const { exit, passed } = yield* seconds(taken(path))
      assert.deepStrictEqual(exit, Exit.succeed("taken"))
      assert.isAtLeast(passed, 9.5)
    })
  )

  /** Starts a holder whose parent never asks how it ended, and tells what it says from then on. */
  const unattended = `: >"$2.said"; "$0" "$1" "$2" >"$2.said" & exec tail -f "$2.said"`

  onLinux("and that was killed while nobody asks how it ended, it is free", () =>
    Effect.gen(function* () {
      const path = yield* lockPath
      yield* Effect.acquireRelease(
        Effect.promise(async () => {
          const running = spawned("sh", ["-c", unattended, process.execPath, hold(), path])
          if (running.process.stdout !== null) await once(running.process.stdout, "data")
          return running
        }),
        (running) => Effect.sync(() => void running.process.kill("SIGKILL"))
      )
      const [, pid] = JSON.parse(readFileSync(path, "utf8"))
      process.kill(pid, "SIGKILL")
      while (statOf(pid)[0] !== "Z") yield* Effect.promise(() => setImmediate())
      const { exit, passed } = yield* seconds(taken(path))
      assert.deepStrictEqual(exit, Exit.succeed("taken"))
      assert.isBelow(passed, 2)
    })
  )
})
