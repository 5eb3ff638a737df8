/**
 * Keeps sessions in a file that only this user can read: mode 0600 in a folder of
 * mode 0700, replaced as a whole. Processes that write at the same time lose
 * nothing, and a process that is killed leaves the old file or the new one.
 *
 * Symbolic links are not followed. A file or folder that belongs to another user or
 * is open to others is refused, and the error has the command that fixes it.
 *
 * @since 0.1.0
 */
import { homedir } from "node:os"
import { join } from "node:path"
import * as SessionStore from "@tmdb-session/core/SessionStore"
import * as TmdbClient from "@tmdb-session/core/TmdbClient"
import { InvalidConfiguration } from "@tmdb-session/core/TmdbError"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import type * as Scope from "effect/Scope"
import { decide } from "./internal/directory.js"
import * as sessionFile from "./internal/sessionFile.js"

/**
 * How the file store is made.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The folder, `defaultDirectory` by default. It is created when the first session is kept. */
  readonly directory?: string | undefined
}

const settings = Config.all({
  configDirectory: TmdbClient.setting("TMDB_SESSION_CONFIG_DIR"),
  xdgConfigHome: TmdbClient.setting("XDG_CONFIG_HOME"),
  appData: TmdbClient.setting("APPDATA")
})

/** The variable that Node reads the home folder from, if it is set. */
const homeVariable = process.platform === "win32" ? "USERPROFILE" : "HOME"

const unknownHome = () =>
  new InvalidConfiguration({
    operation: "configuration",
    what: `The home folder of this user is not known: ${homeVariable} is unset, empty or relative`,
    next: `Set ${homeVariable} to an absolute path, or set TMDB_SESSION_CONFIG_DIR to a folder to keep sessions in`
  })

/**
 * The folder that keeps sessions by default: `TMDB_SESSION_CONFIG_DIR`, else
 * `tmdb-session` in `XDG_CONFIG_HOME` or in the platform's folder for settings
 * (`~/.config`, `~/Library/Application Support`, `%APPDATA%`). A relative
 * `XDG_CONFIG_HOME` or `APPDATA` is ignored.
 *
 * Fails with `InvalidConfiguration` when no variable names the folder and the home
 * folder is not known, such as when `HOME` is empty or relative.
 *
 * @example
 * import { FileSessionStore } from "@tmdb-session/node"
 * import { Console, Effect } from "effect"
 *
 * const show = Effect.flatMap(FileSessionStore.defaultDirectory, Console.log)
 *
 * @since 0.1.0
 * @category config
 */
export const defaultDirectory: Effect.Effect<string, InvalidConfiguration> = Effect.flatMap(
  Effect.mapError(settings, unknownHome),
  (variables) =>
    Effect.try({
      try: () =>
        decide({
          ...variables,
          platform: process.platform,
          // Read only if needed: a user in a container may have no home.
          get home() {
            return homedir()
          },
          get cwd() {
            return process.cwd()
          }
        }),
      catch: unknownHome
    }).pipe(Effect.filterOrFail(Predicate.isNotUndefined, unknownHome))
)

/**
 * The path of the file, for an app that shows where sessions are kept.
 *
 * @example
 * import { FileSessionStore } from "@tmdb-session/node"
 * import { Console, Effect } from "effect"
 *
 * const show = Effect.flatMap(FileSessionStore.path(), (path) => Console.log(`Kept in ${path}`))
 *
 * @since 0.1.0
 * @category config
 */
export const path = (options: Options = {}): Effect.Effect<string, InvalidConfiguration> =>
  Effect.map(directoryOf(options), (directory) => join(directory, sessionFile.fileName))

const directoryOf = ({ directory }: Options) =>
  directory === undefined ? defaultDirectory : Effect.succeed(directory)

/**
 * Holds the folder's lock until the scope ends. It is for an app that loads a
 * session before it replaces it: of two sign-ins at once, the second then sees the
 * first. Single operations do not need it.
 *
 * The lock of a killed process is broken. On Linux the system tells whether the
 * holder still runs. Elsewhere, a holder that may have ended counts as killed after
 * 10 seconds. The lock is not reentrant: its holder must not ask for it again.
 *
 * Fails with `SessionStoreError` when the folder cannot be written to, or when
 * another process holds the lock for 15 seconds. Fails with `InvalidConfiguration`
 * as `layer` does.
 *
 * @example
 * import { FileSessionStore, SessionStore } from "@tmdb-session/node"
 * import { Effect } from "effect"
 *
 * const replace = (record: SessionStore.SessionRecord) =>
 *   Effect.gen(function* () {
 *     const store = yield* SessionStore.SessionStore
 *     yield* FileSessionStore.lock()
 *     const before = yield* store.load()
 *     yield* store.save(record)
 *     return before
 *   }).pipe(Effect.scoped)
 *
 * @since 0.1.0
 * @category locks
 */
export const lock = (options: Options = {}): Effect.Effect<void, SessionStore.StoreError, Scope.Scope> =>
  Effect.flatMap(directoryOf(options), sessionFile.exclusive)

/**
 * Makes a store in a file. Its operations fail with `SessionStoreError`:
 * `permission` (open to others, another user's, a link, not writable), `full`,
 * `corrupt` or `unavailable`.
 *
 * Fails with `InvalidConfiguration` when the home folder is not known and no
 * folder is given.
 *
 * @example
 * import { FileSessionStore } from "@tmdb-session/node"
 * import { Effect } from "effect"
 *
 * const profiles = Effect.flatMap(FileSessionStore.make(), (store) => store.list)
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options = {}): Effect.Effect<SessionStore.Service, InvalidConfiguration> =>
  Effect.map(Effect.flatMap(directoryOf(options), sessionFile.make), SessionStore.make)

/**
 * The store as a layer. Fails as `make` does.
 *
 * @example
 * import { FileSessionStore, SessionStore } from "@tmdb-session/node"
 * import { Effect } from "effect"
 *
 * const profiles = Effect.flatMap(SessionStore.SessionStore, (store) => store.list).pipe(
 *   Effect.provide(FileSessionStore.layer())
 * )
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options = {}): Layer.Layer<SessionStore.SessionStore, InvalidConfiguration> =>
  Layer.effect(SessionStore.SessionStore, make(options))
