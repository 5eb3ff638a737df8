/** The disk as tests arrange and look at it: folders of their own, modes, and calls that fail. */
import { chmodSync, lstatSync, mkdirSync } from "node:fs"
import fs from "node:fs/promises"
import { syncBuiltinESMExports } from "node:module"
import { join } from "node:path"
import { temporaryFolder } from "@tmdb-session/testing/Folder"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { vi } from "vitest"

/** A folder that is not there yet, in one whose name a shell would take apart. */
export const folder = Effect.map(temporaryFolder, (parent) => {
  const odd = join(parent, "it's $(id) here")
  mkdirSync(odd)
  chmodSync(parent, 0o777)
  chmodSync(odd, 0o777)
  return join(odd, "tmdb-session")
})

export const modeOf = (path: string): number => lstatSync(path).mode & 0o777

/** Nothing is taken from the modes that files are made with, for as long as the test lasts. */
export const noUmask: Effect.Effect<number, never, Scope.Scope> = Effect.acquireRelease(
  Effect.sync(() => process.umask(0)),
  (before) => Effect.sync(() => process.umask(before))
)

/** What all open files have in common. */
export const handles = Effect.promise(async () => {
  const handle = await fs.open("/dev/null")
  await handle.close()
  return Object.getPrototypeOf(handle)
})

type Call = (...args: Array<never>) => unknown

/** Another function in the place of one of Node's, for as long as the test lasts. */
export const replacing = (target: object, name: string, by: Call): Effect.Effect<void, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const spy = vi.spyOn(target as Record<string, Call>, name).mockImplementation(by)
      syncBuiltinESMExports()
      return spy
    }),
    (spy) =>
      Effect.sync(() => {
        spy.mockRestore()
        syncBuiltinESMExports()
      })
  )

/** Every call of one function of the file system fails, for as long as the test lasts. */
export const faulty = (
  target: object,
  name: string,
  error: object
): Effect.Effect<void, never, Scope.Scope> =>
  replacing(target, name, () => Promise.reject(Object.assign(new Error("canary"), error)))
