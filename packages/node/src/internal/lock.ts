/**
 * A lock between processes, made of files: Node has no `flock`.
 *
 * The lock is a hard link to a file that names its holder. So it appears whole
 * or not at all, and only one process can make it.
 *
 * When a holder has died, another process removes its lock. A plain `unlink`
 * could remove the lock of a third process that was quicker. So the right to
 * remove a lock is itself a lock, named after the dead holder, and each
 * holder's name is used once. A process that has this right, and still finds
 * that name in the lock, removes a file that nobody else can touch. If it dies,
 * too, its right is removed in the same way.
 */
import { createHash, randomBytes } from "node:crypto"
import { readFileSync, readlinkSync } from "node:fs"
import * as fs from "node:fs/promises"
import { hostname } from "node:os"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import type * as Scope from "effect/Scope"

/**
 * In milliseconds. A holder that writes a file needs a hundredth of it, and one
 * that asks a slow keyring the most.
 */
const longestHold = 10_000

/** In milliseconds. Longer than a lock that was left behind can last. */
const longestWait = 15_000

/** The lock was not released in time. */
export class LockHeld {
  readonly _tag = "LockHeld"
}

type Failure = NodeJS.ErrnoException | LockHeld

const attempt = <A>(evaluate: () => Promise<A>): Effect.Effect<A, NodeJS.ErrnoException> =>
  Effect.tryPromise({ try: evaluate, catch: (error) => error as NodeJS.ErrnoException })

/** Succeeds with `undefined` when the file is not there, or is there already. */
const unless = <A>(code: "ENOENT" | "EEXIST", evaluate: () => Promise<A>) =>
  Effect.catchAll(attempt(evaluate), (error) =>
    error.code === code ? Effect.succeed(undefined) : Effect.fail(error)
  )

/** Empty where the kernel does not say: only Linux has `/proc`, and it may hide the processes of others. */
const fromProc = (read: () => string): string => {
  try {
    return read()
  } catch {
    return ""
  }
}

/** When a process began, in the kernel's own units. It tells a process from a later one with the same id. */
const began = (pid: number): string =>
  fromProc(() => {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1")
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
    // A zombie still has its id, and will do nothing more.
    return fields[0] === "Z" ? "ended" : (fields[19] ?? "")
  })

/**
 * The machine and the container that process ids belong to: a container may
 * have the host's name, and counts its own.
 */
const place = (): string => `${hostname()} ${fromProc(() => readlinkSync("/proc/self/ns/pid"))}`

const holderName = (): string =>
  JSON.stringify([place(), process.pid, began(process.pid), randomBytes(12).toString("hex")])

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Another user's process: it is there.
    return (error as NodeJS.ErrnoException).code === "EPERM"
  }
}

/**
 * Whether a holder still runs. It is unknown of one on another machine (a
 * shared home) or in another container, and where a later process may have its
 * id.
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

/**
 * A holder that is known to run keeps its lock, however long it takes: breaking
 * it would lose what it writes.
 */
const isStale = ({ holder, since }: Seen, now: number): boolean => {
  const known = fate(holder)
  return known === "dead" || (known === "unknown" && now - since > longestHold)
}

/** Tries once: true when the lock is ours. */
const take = (path: string, holder: string): Effect.Effect<boolean, NodeJS.ErrnoException> =>
  Effect.gen(function* () {
    const draft = `${path}.${randomBytes(9).toString("base64url")}.tmp`
    const taken = yield* unless("EEXIST", async () => {
      await fs.writeFile(draft, holder, { mode: 0o600, flag: "wx" })
      await fs.link(draft, path)
      return true
    }).pipe(
      // On a full disk there is a draft, too: an empty one.
      Effect.ensuring(Effect.ignore(attempt(() => fs.unlink(draft))))
    )
    return taken === true
  })

/** Whether the holder still has the lock: one that was held for too long may have been removed. */
export const holds = (path: string, holder: string): Effect.Effect<boolean, NodeJS.ErrnoException> =>
  Effect.map(look(path), (seen) => seen?.holder === holder)

/** Removes the lock if, and only if, this holder has it. */
const release = (path: string, holder: string): Effect.Effect<void, NodeJS.ErrnoException> =>
  Effect.flatMap(holds(path, holder), (held) => {
    if (!held) return Effect.void
    return Effect.asVoid(unless("ENOENT", () => fs.unlink(path)))
  })

const suffix = (holder: string): string => createHash("sha256").update(holder).digest("hex").slice(0, 24)

/** Removes what a dead holder left. Several may try: one succeeds. */
const breakStale = (path: string, stale: string): Effect.Effect<void, Failure> => {
  const right = `${path}.${suffix(stale)}`
  return Effect.suspend(() => {
    const holder = holderName()
    return Effect.flatMap(takeOrBreak(right, holder), (taken) =>
      taken ? Effect.ensuring(release(path, stale), Effect.ignore(release(right, holder))) : Effect.void
    )
  })
}

/** Takes the lock if it is free; breaks it if it is stale, for the next try. */
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
    // An interruption counts only between two tries, so that a lock that was taken is also released.
    while (!(yield* Effect.uninterruptible(takeOrBreak(path, holder)))) {
      if ((yield* Clock.currentTimeMillis) > deadline) return yield* Effect.fail(new LockHeld())
      yield* Effect.interruptible(Effect.sleep(yield* Random.nextIntBetween(2, 20)))
    }
    return holder
  })

/** Holds the lock until the scope ends; gives the name under which it is held. */
export const lock = (path: string): Effect.Effect<string, Failure, Scope.Scope> =>
  Effect.acquireRelease(acquire(path), (holder) => Effect.ignore(release(path, holder)))
