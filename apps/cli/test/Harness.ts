/**
 * What the command is tried in: a sandbox on a socket, a folder for what is kept,
 * and the command, either built and as a process, or from its source inside the
 * test's own process.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { closeSync, openSync, readFileSync } from "node:fs"
import { createServer, type IncomingMessage, type RequestListener } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { stripVTControlCharacters } from "node:util"
import * as pty from "@lydell/node-pty"
import { type Listening, type ListenOptions, listen } from "@tmdb-session/sandbox/node"
import { temporaryFolder } from "@tmdb-session/testing/Folder"
import { opened } from "@tmdb-session/testing/Opened"
import { decide } from "@tmdb-session/testing/Person"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import { parse } from "../src/Parse.js"
import { run as runCommand } from "../src/Run.js"
import type { Stream } from "../src/Streams.js"
import { style } from "../src/Style.js"
import { type Question, Terminal as TerminalService } from "../src/Terminal.js"

export const command = fileURLToPath(new URL("../dist/main.js", import.meta.url))

/** How a process ended, and all that it printed. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A command that runs. */
export interface Started {
  /** Waits until what was printed so far, on either stream, matches. */
  readonly shown: (pattern: RegExp) => Effect.Effect<RegExpExecArray>
  readonly ended: Effect.Effect<Ended>
}

export interface StartedProcess extends Started {
  readonly signal: (signal: NodeJS.Signals) => Effect.Effect<void>
}

/** A command that runs in a terminal. */
export interface Terminal {
  /** Waits until what is on the screen so far, without colours, matches. */
  readonly shown: (pattern: RegExp) => Effect.Effect<RegExpExecArray>
  readonly type: (text: string) => Effect.Effect<void>
  /** As when the window is closed. */
  readonly hangUp: Effect.Effect<void>
  readonly ended: Effect.Effect<{ readonly code: number; readonly screen: string }>
}

export interface Options {
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly input?: string
  /** This run is asked for a secret: `token` and `sandbox` print one. */
  readonly mayShowSecrets?: boolean
  /** Where standard output goes, in place of a pipe. */
  readonly output?: string
  /** Of a terminal; 80 unless given. */
  readonly columns?: number
}

/** A run inside this process has no terminal, and its output goes to the test. */
export interface InProcessOptions extends Omit<Options, "output" | "columns"> {
  /** Makes the run interactive and answers its questions; `undefined` is Ctrl-C. */
  readonly answer?: (question: Question) => string | undefined
}

/** The command inside this process, for tests that need no process of its own. */
export interface InProcess {
  readonly start: (
    args: ReadonlyArray<string>,
    options?: InProcessOptions
  ) => Effect.Effect<Started, never, Scope.Scope>
  readonly run: (args: ReadonlyArray<string>, options?: InProcessOptions) => Effect.Effect<Ended>
  /** Signs in by the browser, as the first user. */
  readonly signIn: (args?: ReadonlyArray<string>, options?: InProcessOptions) => Effect.Effect<Ended>
}

export interface Harness {
  readonly tmdb: Listening
  readonly folder: string
  /** Starts the command; it is killed with the harness, if it still runs. */
  readonly start: (
    args: ReadonlyArray<string>,
    options?: Options
  ) => Effect.Effect<StartedProcess, never, Scope.Scope>
  /** Runs the command to its end. */
  readonly run: (args: ReadonlyArray<string>, options?: Options) => Effect.Effect<Ended>
  /** Starts the command in a terminal of its own. */
  readonly terminal: (
    args: ReadonlyArray<string>,
    options?: Options
  ) => Effect.Effect<Terminal, never, Scope.Scope>
  /** Signs in by the browser, as the first user. */
  readonly signIn: (args?: ReadonlyArray<string>, options?: Options) => Effect.Effect<Ended>
  readonly inProcess: InProcess
}

const approvalUrl = /https?:\/\/\S+\/(?:authenticate\/|auth\/access\?)\S+/

/** Waits for the approval URL, which is the one place where a request token may be seen. */
export const approvalUrlOf = (started: Started): Effect.Effect<string> =>
  Effect.map(started.shown(new RegExp(`${approvalUrl.source}\\s`)), ([url]) => url.trim())

/** Every secret of the sandbox has one of these shapes: ids and tokens, keys, JSON Web Tokens. */
const secretShape = /[0-9a-f]{32,}|[0-9A-F]{32,}|eyJ[\w-]{8,}\./

/** Looks like a secret and is none: the sum of an e-mail address. */
const avatar = /"(?:gravatarHash|hash)": ?"[0-9a-f]{32}"/g

/** Fails the test when anything that was printed holds a secret. */
const refuseSecrets = (tmdb: Listening, args: ReadonlyArray<string>, { stderr, stdout }: Ended): void => {
  const printed = stripVTControlCharacters(`${stdout}\n${stderr}`)
    .replaceAll(new RegExp(approvalUrl, "g"), "")
    .replaceAll(avatar, "")
  const found =
    secretShape.exec(printed)?.[0] ??
    [tmdb.accessToken, tmdb.apiKey, ...tmdb.users.map(({ password }) => password)].find((secret) =>
      printed.includes(secret)
    )
  if (found !== undefined) throw new Error(`tmdb-session ${args.join(" ")} printed a secret: ${printed}`)
}

/** The output so far, and the tests that wait for more of it. */
class Printed {
  readonly stdout: Array<string> = []
  readonly stderr: Array<string> = []
  #ended = false
  readonly #listeners = new Set<() => void>()

  add(stream: "stdout" | "stderr", text: string): void {
    this[stream].push(text)
    this.#notify()
  }

  end(): void {
    this.#ended = true
    this.#notify()
  }

  ended(code: number | null): Ended {
    return { code, stdout: this.stdout.join(""), stderr: this.stderr.join("") }
  }

  readonly shown: Started["shown"] = (pattern) =>
    Effect.async((resume) => {
      const look = () => {
        const { stderr, stdout } = this.ended(null)
        const match = pattern.exec(`${stdout}\n${stderr}`)
        if (match !== null) resume(Effect.succeed(match))
        else if (this.#ended) resume(Effect.dieMessage(`It ended without showing ${pattern}: ${stderr}`))
      }
      this.#listeners.add(look)
      look()
      return Effect.sync(() => void this.#listeners.delete(look))
    })

  #notify(): void {
    for (const listener of [...this.#listeners]) listener()
  }
}

const watch = (child: ChildProcess, check: (ended: Ended) => void): StartedProcess => {
  const printed = new Printed()
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (text: string) => printed.add(name, text))
  }
  const closed = new Promise<Ended>((resolve) =>
    child.once("close", (code) => {
      printed.end()
      resolve(printed.ended(code))
    })
  )
  return {
    shown: printed.shown,
    signal: (signal) => Effect.sync(() => void child.kill(signal)),
    ended: Effect.tap(
      Effect.promise(() => closed),
      (ended) => Effect.sync(() => check(ended))
    )
  }
}

/** A pipe: without colours, with every symbol. */
const pipe = (write: (text: string) => void): Stream => ({
  write,
  style: style(false, { LANG: "C.UTF-8" }),
  isTerminal: false,
  width: () => 80
})

type Variables = Readonly<Record<string, string | undefined>>

/** Runs the command in this process, with the variables as its environment. */
const execute = (
  args: ReadonlyArray<string>,
  variables: Variables,
  { answer, input = "" }: InProcessOptions,
  printed: Printed
): Effect.Effect<number> => {
  const streams = {
    results: pipe((text) => printed.add("stdout", text)),
    messages: pipe((text) => printed.add("stderr", text))
  }
  const terminal = TerminalService.of({
    ...streams,
    isInteractive: answer !== undefined,
    standardInput: Effect.succeed(input),
    ask: (question) => Effect.sync(() => answer?.(question))
  })
  const given = Object.entries(variables).filter((one): one is [string, string] => one[1] !== undefined)
  const config = ConfigProvider.fromMap(new Map(given))
  return Effect.promise((signal) =>
    parse(args, streams, (command, invocation) =>
      runCommand(command, invocation).pipe(
        Effect.provideService(TerminalService, terminal),
        Effect.withConfigProvider(config),
        (running) => Effect.runPromise(running, { signal })
      )
    )
  )
}

const inProcess = (tmdb: Listening, folder: string): InProcess => {
  const start: InProcess["start"] = (args, options = {}) =>
    Effect.gen(function* () {
      const printed = new Printed()
      const variables = { ...environment(tmdb, folder), ...options.env }
      const running = execute(args, variables, options, printed).pipe(
        Effect.ensuring(Effect.sync(() => printed.end())),
        Effect.map((code) => printed.ended(code))
      )
      const fiber = yield* Effect.forkScoped(running)
      const ended = Effect.tap(Fiber.join(fiber), (all) =>
        Effect.sync(() => options.mayShowSecrets !== true && refuseSecrets(tmdb, args, all))
      )
      return { shown: printed.shown, ended }
    })
  return {
    start,
    run: (args, options) => Effect.scoped(Effect.flatMap(start(args, options), ({ ended }) => ended)),
    signIn: (args = [], options) =>
      Effect.scoped(approved(start(["login", "--no-browser", ...args], options)))
  }
}

/** A login that somebody approves. */
const approved = <R>(starting: Effect.Effect<Started, never, R>): Effect.Effect<Ended, never, R> =>
  Effect.gen(function* () {
    const login = yield* starting
    const url = yield* approvalUrlOf(login)
    yield* Effect.promise(() => decide(url).catch(() => ""))
    return yield* login.ended
  })

const watchTerminal = (child: pty.IPty, check: (ended: Ended) => void): Terminal => {
  let screen = ""
  let code: number | undefined
  const listeners = new Set<() => void>()
  const notify = () => {
    for (const listener of listeners) listener()
  }
  child.onData((text) => {
    screen += text
    notify()
  })
  child.onExit(({ exitCode, signal }) => {
    code = signal === undefined || signal === 0 ? exitCode : 128 + signal
    notify()
  })
  const when = <A>(look: () => A | undefined, lost: string) =>
    Effect.async<A>((resume) => {
      const listener = () => {
        const found = look()
        if (found !== undefined) resume(Effect.succeed(found))
        else if (code !== undefined) resume(Effect.dieMessage(`${lost}: ${screen}`))
      }
      listeners.add(listener)
      listener()
      return Effect.sync(() => void listeners.delete(listener))
    })
  return {
    shown: (pattern) =>
      when(
        () => pattern.exec(stripVTControlCharacters(screen)) ?? undefined,
        `It ended without showing ${pattern}`
      ),
    type: (text) => Effect.sync(() => child.write(text)),
    hangUp: Effect.sync(() => child.kill("SIGHUP")),
    ended: Effect.map(
      when(() => code, "It did not end"),
      (code) => {
        check({ code, stdout: "", stderr: screen })
        return { code, screen }
      }
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

/** A server that is not TMDB and answers every request alike. It refuses tunnels; `asked` gets each request for one. */
export const imposter = (
  answer: RequestListener,
  asked: (request: IncomingMessage) => void = () => undefined
) =>
  Effect.acquireRelease(
    Effect.async<{ readonly url: string; readonly close: () => void }>((resume) => {
      const server = createServer(answer).on("connect", (request, socket) => {
        asked(request)
        socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n")
      })
      server.listen(0, "127.0.0.1", () => {
        const { port } = server.address() as AddressInfo
        resume(Effect.succeed({ url: `http://127.0.0.1:${port}`, close: () => void server.close() }))
      })
    }),
    ({ close }) => Effect.sync(close)
  )

/** People whose passwords would be known anywhere. */
const users = [
  { username: "filmfan", password: "canary password of filmfan" },
  { username: "alex", password: "canary password of alex" }
]

/** A harness of its own, for as long as the test lasts. */
export const makeHarness = (options: ListenOptions = {}): Effect.Effect<Harness, never, Scope.Scope> =>
  Effect.gen(function* () {
    const tmdb = yield* opened(() => listen({ users, ...options }))
    const folder = yield* temporaryFolder
    const start: Harness["start"] = (args, { env, input, mayShowSecrets, output } = {}) =>
      Effect.acquireRelease(
        Effect.sync(() => {
          const file = output === undefined ? undefined : openSync(output, "w")
          const child = spawn(process.execPath, [command, ...args], {
            env: { ...environment(tmdb, folder), ...env },
            stdio: ["pipe", file ?? "pipe", "pipe"]
          })
          if (file !== undefined) closeSync(file)
          child.stdin?.on("error", () => undefined)
          child.stdin?.end(input ?? "")
          const started = watch(child, (ended) => {
            if (mayShowSecrets !== true) refuseSecrets(tmdb, args, ended)
          })
          return { child, started }
        }),
        ({ child }) => Effect.sync(() => void child.kill("SIGKILL"))
      ).pipe(Effect.map(({ started }) => started))
    const run: Harness["run"] = (args, options) =>
      Effect.scoped(Effect.flatMap(start(args, options), ({ ended }) => ended))
    const terminal: Harness["terminal"] = (args, { columns = 80, env, mayShowSecrets } = {}) =>
      Effect.acquireRelease(
        Effect.sync(() => {
          const variables = { ...environment(tmdb, folder), TERM: "xterm-256color", ...env }
          const child = pty.spawn(process.execPath, [command, ...args], {
            cols: columns,
            rows: 50,
            env: Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined))
          })
          const shown = watchTerminal(child, (ended) => {
            if (mayShowSecrets !== true) refuseSecrets(tmdb, args, ended)
          })
          return { child, shown }
        }),
        ({ child }) =>
          Effect.sync(() => {
            try {
              child.kill("SIGKILL")
            } catch {
              // It has ended.
            }
          })
      ).pipe(Effect.map(({ shown }) => shown))
    const signIn: Harness["signIn"] = (args = [], options) =>
      Effect.scoped(approved(start(["login", "--no-browser", ...args], options)))
    return { tmdb, folder, start, run, terminal, signIn, inProcess: inProcess(tmdb, folder) }
  })

/** What differs from run to run, and what is secret, as a word for it: a transcript that people read. */
export const masked = ({ folder, tmdb }: Harness, text: string): string =>
  text
    .replaceAll(folder, "FOLDER")
    .replaceAll(/redirect_to=\S+/g, "redirect_to=CALLBACK")
    .replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT")
    .replaceAll(tmdb.accessToken, "SECRET")
    .replaceAll(/eyJ[\w-]+\.[\w-]+\.[\w-]+|[0-9a-f]{32,}/g, "SECRET")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME")
    .replaceAll(/request id [\w=-]+/g, "request id ID")
    .replaceAll(/after \d+ ms/g, "after MS ms")
    .replaceAll(/\b\d+:\d\d left/g, "TIME left")

/** A run as people would see it: what was typed, what was printed on either stream, how it ended. */
export const transcript = (harness: Harness, args: ReadonlyArray<string>, ended: Ended): string => {
  const prefixed = (prefix: string, text: string) =>
    text === ""
      ? []
      : text
          .trimEnd()
          .split("\n")
          .map((line) => `${prefix}${line}`.trimEnd())
  const lines = [
    `$ tmdb-session ${args.join(" ")}`,
    ...prefixed("stderr: ", ended.stderr),
    ...prefixed("", ended.stdout),
    `(exit code ${ended.code})`
  ]
  return masked(harness, lines.join("\n"))
}

/** What the file store holds, as it lies there. */
export const kept = ({ folder }: Harness): string =>
  readFileSync(join(folder, "config", "sessions.json"), "utf8")
