/** What the command remembers beside the sessions. It holds no secret, and losing it loses no session. */
import { randomBytes } from "node:crypto"
import { readFileSync } from "node:fs"
import * as fs from "node:fs/promises"
import { dirname, join } from "node:path"
import { FileSessionStore, type SessionStore, TmdbError } from "@tmdb-session/node"
import * as Effect from "effect/Effect"

export interface Preferences {
  /** The current profile. */
  readonly profile?: string
  /** Sessions were put into the keyring: it is worth asking. */
  readonly keyring?: boolean
}

const fileIn = (directory: string): string => join(directory, "preferences.json")

/** At once, and not beside other things: at a start there are none, and Node would make threads for it. */
const readFrom = (file: string): Preferences => {
  try {
    const { keyring, profile } = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>
    return {
      ...(typeof profile === "string" ? { profile } : {}),
      ...(keyring === true ? { keyring } : {})
    }
  } catch {
    return {}
  }
}

export const read = (directory: string): Effect.Effect<Preferences> =>
  Effect.sync(() => readFrom(fileIn(directory)))

const notWritten = (file: string, error: unknown) => {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown"
  return new TmdbError.SessionStoreError({
    operation: "sessionStore",
    reason: code === "ENOSPC" || code === "EDQUOT" ? "full" : "permission",
    what: `${file} cannot be written (${code})`,
    next: "Let this user write there, or set TMDB_SESSION_CONFIG_DIR to another folder"
  })
}

/** Replaces the file as a whole, for those that read it meanwhile. */
const replace = async (file: string, text: string): Promise<void> => {
  await fs.mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const draft = `${file}.${randomBytes(6).toString("hex")}.tmp`
  try {
    await fs.writeFile(draft, text, { mode: 0o600, flag: "wx" })
    await fs.rename(draft, file)
  } finally {
    await fs.rm(draft, { force: true })
  }
}

export const update = (
  directory: string,
  change: Preferences
): Effect.Effect<void, SessionStore.StoreError> =>
  Effect.gen(function* () {
    const file = fileIn(directory)
    yield* FileSessionStore.lock({ directory })
    const before = yield* read(directory)
    yield* Effect.tryPromise({
      try: () => replace(file, `${JSON.stringify({ ...before, ...change })}\n`),
      catch: (error) => notWritten(file, error)
    })
  }).pipe(Effect.scoped)
