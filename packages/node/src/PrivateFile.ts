/**
 * A file that only this user can read, for what an app keeps besides its sessions:
 * mode 0600, in a folder of mode 0700. It is replaced as a whole, so a reader finds
 * the old text or the new one, even after a crash.
 *
 * Symbolic links are not followed. A file or folder that belongs to another user or
 * is open to others is not read, and such a folder is not written to.
 *
 * @since 0.1.0
 */
import { dirname } from "node:path"
import type { SessionStoreError } from "@tmdb-session/core/TmdbError"
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import * as privateFile from "./internal/privateFile.js"

/**
 * Reads the text of the file at a path. `None` when there is no file.
 *
 * Fails with `SessionStoreError`: `permission` (open to others, another user's, a
 * link, not readable) or `unavailable`.
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
 * Replaces the text of the file at a path. The file and its folder are created if
 * they are missing. If the path is a link, the link is replaced, not its target.
 *
 * Fails with `SessionStoreError`: `permission` (a folder that is open to others,
 * another user's, a link or not writable), `full` or `unavailable`.
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
