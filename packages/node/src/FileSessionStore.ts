/**
 * Keeps sessions in a file for this user alone: mode 0600, in a folder of mode
 * 0700, replaced as a whole. Processes that write at the same time lose
 * nothing, and one that is killed leaves the old file or the new one.
 *
 * Symbolic links are not followed. A file or folder that belongs to another
 * user or is open to others is refused, and the error names the command that
 * fixes it.
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
 * Where sessions are kept.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The folder; `defaultDirectory` unless given. It is made when something is first kept. */
  readonly directory?: string | undefined
}

const settings = Config.all({
  configDirectory: TmdbClient.setting("TMDB_SESSION_CONFIG_DIR"),
  xdgConfigHome: TmdbClient.setting("XDG_CONFIG_HOME"),
  appData: TmdbClient.setting("APPDATA")
})

/** The variable from which Node takes the home folder. */
const homeVariable = process.platform === "win32" ? "USERPROFILE" : "HOME"

const unknownHome = () =>
  new InvalidConfiguration({
    operation: "configuration",
    what: `The home folder of this user is not known: ${homeVariable} is not set, empty or relative`,
    next: `Set ${homeVariable}, or set TMDB_SESSION_CONFIG_DIR to a folder to keep sessions in`
  })

/**
 * The folder that sessions are kept in unless another is given: that of
 * `TMDB_SESSION_CONFIG_DIR`, else `tmdb-session` in `XDG_CONFIG_HOME`, else in
 * the platform's own place (`~/.config`, `~/Library/Application Support`,
 * `%APPDATA%`). A relative `XDG_CONFIG_HOME` or `APPDATA` is not used.
 *
 * Fails with `InvalidConfiguration` when none of them is set and the home
 * folder is not known, such as by a `HOME` that is empty or relative.
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
          // Asked for only where they are needed: a user of a container may have no home.
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
 * The file itself, in the given folder or the default one, for an app that
 * shows where sessions are.
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
 * Keeps out other processes that ask for the lock of the same folder, until the
 * scope ends. It is for an app that looks at what is kept before it replaces
 * it: of two sign-ins at once, the second then sees the first. Single
 * operations do not need it.
 *
 * A holder that was killed keeps nobody waiting. Where the system does not tell
 * which processes run (Linux does), one that holds the lock for more than 10
 * seconds counts as killed. A holder that asks for the lock again waits, too.
 *
 * Fails with `SessionStoreError` when the folder cannot be written to, or when
 * the lock is held for 15 seconds, and with `InvalidConfiguration` as `layer`
 * does.
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
 * A store in a file. Its operations fail with `SessionStoreError`: `permission`
 * (not ours alone, a link, not writable), `full`, `corrupt` or `unavailable`.
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
 * The store as a layer, which fails as `make` does.
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
