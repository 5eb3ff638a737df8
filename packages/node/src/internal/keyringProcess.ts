/**
 * Uses the keyring's library in a child process, which can be killed. The library
 * cannot be interrupted while it waits for the keyring: a bus that does not answer
 * blocks the thread, and a prompt that nobody sees keeps a process from ending.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { createRequire } from "node:module"
import { pathToFileURL } from "node:url"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/** A request to the keyring. It goes through an IPC channel, since every user of a machine can see arguments. */
export type Question =
  | { readonly ask: "get" | "remove"; readonly service: string; readonly key: string }
  | { readonly ask: "set"; readonly service: string; readonly key: string; readonly value: string }
  | { readonly ask: "list"; readonly service: string }

/** `"missing"`: the library is not installed or cannot be loaded. `"refused"`: the keyring or its process failed. */
export type Failure = "missing" | "refused"

const exitOfMissing = 3

/**
 * The code of the child process. It is text, so that a bundler needs no second file.
 * Without `store`, Linux falls back to the kernel's keyring, which is lost when the
 * machine restarts. The library's error message may contain the entry, so the child
 * reports only that it failed. The child ends with the process that started it.
 */
const source = `
const { AsyncEntry, findCredentialsAsync } = await import(process.argv[1]).catch(() => process.exit(${exitOfMissing}))
const entry = ({ service, key }) => new AsyncEntry(service, key, { linux: { store: "secret-service" } })
const answers = {
  get: async (question) => entry(question).getPassword(),
  set: async (question) => entry(question).setPassword(question.value),
  remove: async (question) => entry(question).deleteCredential(),
  list: async ({ service }) => (await findCredentialsAsync(service)).map(({ account }) => account)
}
process.on("message", (question) => {
  const answered = (value) => process.send({ value: value ?? null })
  answers[question.ask](question).then(answered, () => process.send({ refused: true }))
})
`

const library = Effect.try({
  try: () => pathToFileURL(createRequire(import.meta.url).resolve("@napi-rs/keyring")).href,
  catch: (): Failure => "missing"
})

/** An Electron app runs as Node only with this variable. `NODE_OPTIONS` could load code that the child does not need. */
const environment = () => ({ ...process.env, ELECTRON_RUN_AS_NODE: "1", NODE_OPTIONS: "" })

const start = (url: string): ChildProcess =>
  spawn(process.execPath, ["--input-type=module", "--eval", source, url], {
    env: environment(),
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    windowsHide: true
  })

/** An idle child process does not keep its parent from ending. */
const hold = (child: ChildProcess, held: boolean): void => {
  for (const handle of [child, child.channel]) held ? handle?.ref() : handle?.unref()
}

/**
 * Asks one question at a time, without a timeout. Interrupting a question kills the
 * child process, and the next question starts another.
 */
export const make: Effect.Effect<
  (question: Question) => Effect.Effect<unknown, Failure>,
  never,
  Scope.Scope
> = Effect.gen(function* () {
  const semaphore = yield* Effect.makeSemaphore(1)
  let running: ChildProcess | undefined
  const end = (child: ChildProcess): void => {
    child.kill("SIGKILL")
    if (running === child) running = undefined
  }
  yield* Effect.addFinalizer(() => Effect.sync(() => running && end(running)))

  const current = (url: string): ChildProcess => {
    if (running !== undefined) return running
    const child = start(url)
    // A process that cannot be started or written to emits "error", and perhaps no "exit".
    child.on("error", () => end(child)).once("exit", () => end(child))
    running = child
    return child
  }

  const exchange = (url: string, question: Question): Effect.Effect<unknown, Failure> =>
    Effect.async((resume) => {
      const child = current(url)
      const settle = (result: Effect.Effect<unknown, Failure>) => {
        child.off("message", heard).off("exit", ended).off("error", failed)
        hold(child, false)
        resume(result)
      }
      const heard = (answer: object) =>
        settle("value" in answer ? Effect.succeed(answer.value) : Effect.fail("refused"))
      const ended = (code: number | null) =>
        settle(Effect.fail(code === exitOfMissing ? "missing" : "refused"))
      const failed = () => settle(Effect.fail("refused"))
      child.on("message", heard).on("exit", ended).on("error", failed)
      hold(child, true)
      child.send(question)
      return Effect.sync(() => end(child))
    })

  return (question) => Effect.flatMap(library, (url) => semaphore.withPermits(1)(exchange(url, question)))
})
