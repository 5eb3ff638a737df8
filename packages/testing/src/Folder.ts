/** Folders that tests write to. */
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/** An empty folder, until the scope ends. */
export const temporaryFolder: Effect.Effect<string, never, Scope.Scope> = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "tmdb-session-test-"))),
  (folder) =>
    Effect.sync(() => {
      // A test may have closed a folder to its own user. Only root could remove that.
      spawnSync("chmod", ["-R", "u+rwX", folder])
      rmSync(folder, { recursive: true, force: true })
    })
)
