/** Programs of the tests that run as processes of their own, bundled from the sources they try. */
import { type ChildProcess, spawn } from "node:child_process"
import { rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { build } from "esbuild"
import { afterAll, beforeAll } from "vitest"

/** As root, who is above modes, the rest of a test runs as a user of no name. */
export const asAnybody: Effect.Effect<void, never, Scope.Scope> = Effect.asVoid(
  Effect.acquireRelease(
    Effect.sync(() => {
      const root = process.geteuid?.() === 0
      if (root) process.seteuid?.(65_534)
      return root
    }),
    (root) => Effect.sync(() => root && process.seteuid?.(0))
  )
)

const outputs = fileURLToPath(new URL("../node_modules/.cache/children", import.meta.url))

/**
 * Bundles a program of `children/` before the tests of a file, from the sources
 * as they are; in this package's folder, so that it finds what cannot be
 * bundled. Gives the path of it, once tests run.
 */
export const program = (name: string): (() => string) => {
  const outfile = join(outputs, `${name}-${process.pid}.mjs`)
  beforeAll(
    () =>
      build({
        entryPoints: [fileURLToPath(new URL(`children/${name}.ts`, import.meta.url))],
        outfile,
        bundle: true,
        minify: true,
        platform: "node",
        format: "esm",
        conditions: ["tmdb-session-source"],
        external: ["@napi-rs/keyring"],
        logLevel: "error"
      }),
    60_000
  )
  afterAll(() => rmSync(outfile, { force: true }))
  return () => outfile
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly process: ChildProcess
  readonly ended: Promise<Ended>
}

export interface Options {
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly uid?: number
  readonly cwd?: string
}

/** Starts a program. The machine's own settings play no part. */
export const spawned = (
  command: string,
  args: ReadonlyArray<string>,
  { cwd, env, uid }: Options = {}
): Running => {
  const child = spawn(command, args, {
    env: { PATH: process.env["PATH"], HOME: tmpdir(), LANG: "C.UTF-8", ...env },
    stdio: ["ignore", "pipe", "pipe"],
    ...(uid === undefined ? {} : { uid, gid: uid }),
    ...(cwd === undefined ? {} : { cwd })
  })
  const printed = { stdout: "", stderr: "" }
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      printed[name] += text
    })
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject)
    child.once("close", (code, signal) => resolve({ code, signal, ...printed }))
  })
  return { process: child, ended }
}

/** Runs a program to its end, and ends it with the test. */
export const run = (command: string, args: ReadonlyArray<string>, options?: Options): Effect.Effect<Ended> =>
  Effect.acquireUseRelease(
    Effect.sync(() => spawned(command, args, options)),
    ({ ended }) => Effect.promise(() => ended),
    (running) => Effect.sync(() => void running.process.kill("SIGKILL"))
  )
