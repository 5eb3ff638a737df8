/** Where the command is tried: a sandbox on a socket, a folder for what is kept, and the built command as a process. */
import { type ChildProcess, spawn } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { type Listening, type ListenOptions, listen } from "@tmdb-session/sandbox/node"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

const command = fileURLToPath(new URL("../dist/main.js", import.meta.url))

/** How a process ended, and all that it printed. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Started {
  /** Waits until what was printed so far, on either stream, matches. */
  readonly shown: (pattern: RegExp) => Effect.Effect<RegExpExecArray>
  readonly signal: (signal: NodeJS.Signals) => Effect.Effect<void>
  readonly ended: Effect.Effect<Ended>
}

export interface Options {
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly input?: string
  /** This run is asked for a secret: `token` and `sandbox` print one. */
  readonly mayShowSecrets?: boolean
}

export interface Place {
  readonly tmdb: Listening
  readonly folder: string
  /** Starts the command; it is killed with the place, if it still runs. */
  readonly start: (
    args: ReadonlyArray<string>,
    options?: Options
  ) => Effect.Effect<Started, never, Scope.Scope>
  /** Runs the command to its end. */
  readonly run: (args: ReadonlyArray<string>, options?: Options) => Effect.Effect<Ended>
}

const approvalUrl = /https?:\/\/\S+\/(?:authenticate\/|auth\/access\?)\S+/

/** Waits for the approval URL, which is the one place where a request token may be seen. */
export const approvalUrlOf = (started: Started): Effect.Effect<string> =>
  Effect.map(started.shown(new RegExp(`${approvalUrl.source}\\s`)), ([url]) => url.trim())

/** Every secret of the sandbox has one of these shapes: ids and tokens, keys, JSON Web Tokens. */
const secretShape = /[0-9a-f]{32,}|eyJ[\w-]{8,}/i

/** Fails the test when anything that was printed holds a secret. */
const refuseSecrets = (tmdb: Listening, args: ReadonlyArray<string>, { stderr, stdout }: Ended): void => {
  const printed = `${stdout}\n${stderr}`.replaceAll(new RegExp(approvalUrl, "g"), "")
  const found =
    secretShape.exec(printed)?.[0] ??
    [tmdb.accessToken, tmdb.apiKey, ...tmdb.users.map(({ password }) => password)].find((secret) =>
      printed.includes(secret)
    )
  if (found !== undefined) throw new Error(`tmdb-session ${args.join(" ")} printed a secret: ${printed}`)
}

const watch = (child: ChildProcess, check: (ended: Ended) => void): Started => {
  const printed = { stdout: "", stderr: "" }
  const listeners = new Set<() => void>()
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (text: string) => {
      printed[name] += text
      for (const listener of listeners) listener()
    })
  }
  const closed = new Promise<Ended>((resolve) => child.once("close", (code) => resolve({ code, ...printed })))
  return {
    shown: (pattern) =>
      Effect.async((resume) => {
        const look = () => {
          const match = pattern.exec(`${printed.stdout}\n${printed.stderr}`)
          if (match !== null) resume(Effect.succeed(match))
        }
        const gone = () => resume(Effect.dieMessage(`It ended without showing ${pattern}: ${printed.stderr}`))
        listeners.add(look)
        child.once("close", gone)
        look()
        return Effect.sync(() => {
          listeners.delete(look)
          child.off("close", gone)
        })
      }),
    signal: (signal) => Effect.sync(() => void child.kill(signal)),
    ended: Effect.tap(
      Effect.promise(() => closed),
      (ended) => Effect.sync(() => check(ended))
    )
  }
}

/** The machine's own settings play no part, but for what a process needs to start at all. */
const environment = (tmdb: Listening, folder: string) => ({
  PATH: process.env["PATH"],
  HOME: folder,
  LANG: "C.UTF-8",
  TMDB_API_URL: tmdb.apiUrl,
  TMDB_WEB_URL: tmdb.webUrl,
  TMDB_ACCESS_TOKEN: tmdb.accessToken,
  TMDB_SESSION_CONFIG_DIR: join(folder, "config")
})

const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "tmdb-session-cli-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

/** People whose passwords would be known anywhere. */
const users = [
  { username: "filmfan", password: "canary password of filmfan" },
  { username: "alex", password: "canary password of alex" }
]

/** A place of its own, for as long as the test lasts. */
export const place = (options: ListenOptions = {}): Effect.Effect<Place, never, Scope.Scope> =>
  Effect.gen(function* () {
    const tmdb = yield* Effect.acquireRelease(
      Effect.promise(() => listen({ users, ...options })),
      (listening) => Effect.promise(() => listening.close())
    )
    const folder = yield* temporaryFolder
    const start: Place["start"] = (args, { env, input, mayShowSecrets } = {}) =>
      Effect.acquireRelease(
        Effect.sync(() => {
          const child = spawn(process.execPath, [command, ...args], {
            env: { ...environment(tmdb, folder), ...env },
            stdio: ["pipe", "pipe", "pipe"]
          })
          child.stdin.on("error", () => undefined)
          child.stdin.end(input ?? "")
          const started = watch(child, (ended) => {
            if (mayShowSecrets !== true) refuseSecrets(tmdb, args, ended)
          })
          return { child, started }
        }),
        ({ child }) => Effect.sync(() => void child.kill("SIGKILL"))
      ).pipe(Effect.map(({ started }) => started))
    const run: Place["run"] = (args, options) =>
      Effect.scoped(Effect.flatMap(start(args, options), ({ ended }) => ended))
    return { tmdb, folder, start, run }
  })

/** What the file store holds, as it lies there. */
export const kept = ({ folder }: Place): string =>
  readFileSync(join(folder, "config", "sessions.json"), "utf8")
