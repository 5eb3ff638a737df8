/**
 * A lock between processes, made of files: Node has no `flock`.
 *
 * The lock is a hard link to a file that names its holder. So it appears whole or
 * not at all, and only one process can create it.
 *
 * A process that finds the lock of a dead holder must remove it, but a plain `unlink`
 * could hit the lock of a faster process. So it first takes a second lock, named after
 * the dead holder. If the first lock then still names that holder, no other process
 * can remove it. Each holder's name is used once. If a process dies with the second
 * lock, that is broken the same way.
 */
import { createHash, randomBytes } from "node:crypto"
import { readFileSync, readlinkSync } from "node:fs"
import * as fs from "node:fs/promises"
import { hostname } from "node:os"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import type * as Scope from "effect/Scope"

/** In milliseconds. Writing a file takes a hundredth of it, waiting for a slow keyring meanwhile the most. */
const longestHold = 10_000

/** In milliseconds. Long enough to wait until one abandoned lock is broken. */
const longestWait = 15_000

/** The lock was not released in time. */
export class LockHeld {
  readonly _tag = "LockHeld"
}

type Failure = NodeJS.ErrnoException | LockHeld

const attempt = <A>(evaluate: () => Promise<A>): Effect.Effect<A, NodeJS.ErrnoException> =>
  Effect.tryPromise({ try: evaluate, catch: (error) => error as NodeJS.ErrnoException })

/** Succeeds with `undefined` when `evaluate` fails with `code`: the file is missing, or already exists. */
const unless = <A>(code: "ENOENT" | "EEXIST", evaluate: () => Promise<A>) =>
  Effect.catchAll(attempt(evaluate), (error) =>
    error.code === code ? Effect.succeed(undefined) : Effect.fail(error)
  )

/** Empty when the kernel does not tell. Only Linux has `/proc`, which may hide other users' processes. */
const fromProc = (read: () => string): string => {
  try {
    return read()
  } catch {
    return ""
  }
}

/** When a process started, in the kernel's units. It distinguishes the process from a later one with the same id. */
const began = (pid: number): string =>
  fromProc(() => {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1")
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
    // A zombie still has its id, but has ended.
    return fields[0] === "Z" ? "ended" : (fields[19] ?? "")
  })

/** Where a process id is valid: a container may have the host's name, but its own process ids. */
const place = (): string => `${hostname()} ${fromProc(() => readlinkSync("/proc/self/ns/pid"))}`

const holderName = (): string =>
  JSON.stringify([place(), process.pid, began(process.pid), randomBytes(12).toString("hex")])

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // The process exists, but belongs to another user.
    return (error as NodeJS.ErrnoException).code === "EPERM"
  }
}

/**
 * Whether a holder still runs. It is unknown for a holder on another machine (a
 * shared home folder) or in another container, and for an id that a later process
 * may have.
 */
const fate = (holder: string): "alive" | "dead" | "unknown" => {
  try {
    const [where, pid, start] = JSON.parse(holder)
    if (where !== place() || typeof pid !== "number") return "unknown"
    if (!isAlive(pid)) return "dead"
    const now = began(pid)
    if (start === "" || now === "") return "unknown"
    return now === start ? "alive" : "dead"
  } catch {
    return "unknown"
  }
}

interface Seen {
  readonly holder: string
  readonly since: number
}

const look = (path: string): Effect.Effect<Seen | undefined, NodeJS.ErrnoException> =>
  unless("ENOENT", async () => {
    const handle = await fs.open(path, "r")
    try {
      return { since: (await handle.stat()).mtimeMs, holder: await handle.readFile("latin1") }
    } finally {
      await handle.close()
    }
  })

/** A holder that is known to run keeps its lock, however long it takes. Breaking the lock would lose what it writes. */
const isStale = ({ holder, since }: Seen, now: number): boolean => {
  const known = fate(holder)
  return known === "dead" || (known === "unknown" && now - since > longestHold)
}

/** Tries once to take the lock. True when it succeeded. */
const take = (path: string, holder: string): Effect.Effect<boolean, NodeJS.ErrnoException> =>
  Effect.gen(function* () {
    const draft = `${path}.${randomBytes(9).toString("base64url")}.tmp`
    const taken = yield* unless("EEXIST", async () => {
      await fs.writeFile(draft, holder, { mode: 0o600, flag: "wx" })
      await fs.link(draft, path)
      return true
    }).pipe(
      // On a full disk, too, an empty draft is left.
      Effect.ensuring(Effect.ignore(attempt(() => fs.unlink(draft))))
    )
    return taken === true
  })

/** Whether the holder still has the lock. A lock that is held for too long may be broken. */
export const holds = (path: string, holder: string): Effect.Effect<boolean, NodeJS.ErrnoException> =>
  Effect.map(look(path), (seen) => seen?.holder === holder)

const release = (path: string, holder: string): Effect.Effect<void, NodeJS.ErrnoException> =>
  Effect.flatMap(holds(path, holder), (held) => {
    if (!held) return Effect.void
    return Effect.asVoid(unless("ENOENT", () => fs.unlink(path)))
  })

const suffix = (holder: string): string => createHash("sha256").update(holder).digest("hex").slice(0, 24)

/** Removes the lock of a dead holder. Of several processes that try, one succeeds. */
const breakStale = (path: string, stale: string): Effect.Effect<void, Failure> => {
  const right = `${path}.${suffix(stale)}`
  return Effect.suspend(() => {
    const holder = holderName()
    return Effect.flatMap(takeOrBreak(right, holder), (taken) =>
      taken ? Effect.ensuring(release(path, stale), Effect.ignore(release(right, holder))) : Effect.void
    )
  })
}

/** Takes the lock if it is free. Breaks it if it is stale, so that the next try can take it. */
const takeOrBreak = (path: string, holder: string): Effect.Effect<boolean, Failure> =>
  Effect.gen(function* () {
    if (yield* take(path, holder)) return true
    const seen = yield* look(path)
    if (seen !== undefined && isStale(seen, yield* Clock.currentTimeMillis)) {
      yield* breakStale(path, seen.holder)
    }
    return false
  })

const acquire = (path: string): Effect.Effect<string, Failure> =>
  Effect.gen(function* () {
    const holder = holderName()
    const deadline = (yield* Clock.currentTimeMillis) + longestWait
    // Interruptible only between two tries, so that a lock that was taken is always released.
    while (!(yield* Effect.uninterruptible(takeOrBreak(path, holder)))) {
      if ((yield* Clock.currentTimeMillis) > deadline) return yield* Effect.fail(new LockHeld())
      yield* Effect.interruptible(Effect.sleep(yield* Random.nextIntBetween(2, 20)))
    }
    return holder
  })

/** Holds the lock until the scope ends. Returns the holder's name. */
export const lock = (path: string): Effect.Effect<string, Failure, Scope.Scope> =>
  Effect.acquireRelease(acquire(path), (holder) => Effect.ignore(release(path, holder)))
