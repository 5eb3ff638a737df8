/**
 * A file for this user alone, for what an app keeps beside its sessions: mode
 * 0600 in a folder of mode 0700, replaced as a whole. A reader finds the old
 * text or the new one, after a crash, too.
 *
 * Symbolic links are not followed. What belongs to another user or is open to
 * others is not read, and nothing is written into such a folder.
 *
 * @since 0.1.0
 */
import { dirname } from "node:path"
import type { SessionStoreError } from "@tmdb-session/core/TmdbError"
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import * as privateFile from "./internal/privateFile.js"

/**
 * The text of the file at a path, or `None` where there is no file.
 *
 * Fails with `SessionStoreError`: `permission` (not ours alone, a link, not
 * readable) or `unavailable`.
 *
 * @example
 * import { PrivateFile } from "@tmdb-session/node"
 *
 * const notes = PrivateFile.read("/home/me/.config/my-app/notes.json")
 *
 * @since 0.1.0
 * @category accessors
 */
export const read = (path: string): Effect.Effect<Option.Option<string>, SessionStoreError> =>
  privateFile.read(path)

/**
 * Replaces the text of the file at a path. The file and its folder are made if
 * they are missing. A link at the path is replaced, and its target stays as it
 * is.
 *
 * Fails with `SessionStoreError`: `permission` (the folder is not ours alone, a
 * link, or not writable), `full` or `unavailable`.
 *
 * @example
 * import { PrivateFile } from "@tmdb-session/node"
 *
 * const note = PrivateFile.replace("/home/me/.config/my-app/notes.json", "{}")
 *
 * @since 0.1.0
 * @category operations
 */
export const replace = (path: string, text: string): Effect.Effect<void, SessionStoreError> =>
  Effect.zipRight(privateFile.createFolder(dirname(path)), Effect.asVoid(privateFile.replace(path, text)))
