/** Runs each command once. A command without a row in the table fails. */
import { readdirSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { definitions } from "../src/Commands.js"
import type { Question } from "../src/Terminal.js"
import { type Harness, type InProcessOptions, makeHarness } from "./Harness.js"

interface Case {
  readonly args: ReadonlyArray<string>
  /** Nobody is signed in beforehand. */
  readonly signedOut?: true
  readonly options?: (harness: Harness) => InProcessOptions
  readonly stdout?: RegExp
  readonly stderr?: RegExp
}

const approvedToken = async ({ tmdb }: Harness): Promise<string> => {
  const headers = { authorization: `Bearer ${tmdb.accessToken}` }
  const answer = await fetch(`${tmdb.apiUrl}/3/authentication/token/new`, { headers })
  const { request_token: requestToken } = await answer.json()
  tmdb.approve(requestToken)
  return requestToken
}

const asAlex = ({ message }: Question): string =>
  message === "TMDB username" ? "alex" : "canary password of alex"

const shown = { mayShowSecrets: true }

const cases: Readonly<Record<string, Case>> = {
  login: {
    args: ["--with-login"],
    signedOut: true,
    options: () => ({ answer: asAlex }),
    stderr: /✓ Signed in to TMDB as alex\.\n/
  },
  status: { args: [], stdout: /^✓ default, filmfan \(in use\)\n/ },
  whoami: { args: [], stdout: /^filmfan\n$/ },
  token: { args: [], options: () => shown, stdout: /^[0-9a-f]{40}\n$/ },
  switch: { args: ["default"], stderr: /^✓ default is now the current profile\.\n$/ },
  logout: { args: [], stderr: /^✓ Signed out: .* was ended at TMDB and removed here\.\n$/ },
  guest: { args: [], options: () => shown, stdout: /^[0-9a-f]{32}\n$/, stderr: /^It expires at / },
  "request-token": { args: [], options: () => shown, stdout: /^[0-9a-f]{40}\n$/, stderr: /Approve it at\n/ },
  create: { args: [], options: () => shown, stdout: /^[0-9a-f]{40}\n$/ },
  "validate-key": { args: [], stderr: /^✓ TMDB accepts the API read access token in TMDB_ACCESS_TOKEN\.\n$/ },
  api: { args: ["account"], stdout: /^\{.*"username":"filmfan"\}\n$/ },
  sandbox: { args: [], options: () => shown, stdout: /^(?:export TMDB_\w+=\S+\n){3}$/ },
  completions: { args: ["bash"], stdout: /\ncomplete -F _tmdb_session tmdb-session\n$/ },
  profiles: { args: [], stdout: /^default\n$/ }
}

/** These run until they are interrupted: the test reads what they print first. */
const stays: ReadonlyArray<string> = ["sandbox"]

/** The names of an object's fields, and of those in its lists. */
const fieldsOf = (value: object): Array<string> =>
  Object.entries(value).flatMap(([name, field]) => [
    name,
    ...(Array.isArray(field) ? field.flatMap(fieldsOf) : [])
  ])

/** Signs in, unless the row says otherwise. Standard input is an approved request token. */
const prepared = (harness: Harness, { options, signedOut }: Case) =>
  Effect.gen(function* () {
    if (signedOut !== true) yield* harness.inProcess.signIn()
    const input = yield* Effect.promise(() => approvedToken(harness))
    return { input, ...options?.(harness) }
  })

describe("each command", () => {
  const names = definitions.map(({ name }) => name)

  it("is listed in Commands.ts", () => {
    const files = readdirSync(new URL("../src/commands", import.meta.url))
    const rooms = files.filter((file) => !file.endsWith(".run.ts")).map((file) => file.replace(/\.ts$/, ""))
    assert.sameMembers(names, rooms)
  })

  it("is in the table of this test", () => {
    assert.sameMembers(Object.keys(cases), names)
  })

  for (const [name, one] of Object.entries(cases)) {
    const { args, stderr = /^$/, stdout = /^$/ } = one
    it.scopedLive(`${name} prints its result on standard output, and says the rest on standard error`, () =>
      Effect.gen(function* () {
        const harness = yield* makeHarness()
        const options = yield* prepared(harness, one)
        if (stays.includes(name)) {
          const started = yield* harness.inProcess.start([name, ...args], options)
          const [printed] = yield* started.shown(/^(?:export \w+=\S+\n){3}/m)
          return assert.match(printed, stdout)
        }
        const ended = yield* harness.inProcess.run([name, ...args], options)
        assert.strictEqual(ended.code, 0, ended.stderr)
        assert.match(ended.stdout, stdout)
        assert.match(ended.stderr, stderr)
      })
    )

    it.scopedLive(`${name}, given an option that it does not have, names its help`, () =>
      Effect.gen(function* () {
        const { inProcess } = yield* makeHarness()
        const { code, stderr, stdout } = yield* inProcess.run([name, ...args, "--nonsense"])
        assert.deepStrictEqual([code, stdout], [2, ""])
        assert.include(stderr, `Unknown option '--nonsense'. See: tmdb-session ${name} --help\n`)
      })
    )
  }

  for (const { name, options, prints = "" } of definitions) {
    const one = cases[name]
    if (one === undefined || !("json" in options)) continue
    it.scopedLive(`${name} --json prints one object, of the fields that its definition tells`, () =>
      Effect.gen(function* () {
        const harness = yield* makeHarness()
        const given = yield* prepared(harness, one)
        const ended = yield* harness.inProcess.run([name, ...one.args, "--json"], { ...given, ...shown })
        assert.strictEqual(ended.code, 0, ended.stderr)
        const printed = fieldsOf(JSON.parse(ended.stdout))
        const told = prints.match(/\w+\??/g) ?? []
        assert.includeMembers(
          told.map((field) => field.replace("?", "")),
          printed
        )
        assert.includeMembers(
          printed,
          told.filter((field) => !field.endsWith("?"))
        )
      })
    )
  }
})

describe("what is no command", () => {
  const misused: ReadonlyArray<readonly [args: ReadonlyArray<string>, says: string]> = [
    [["-v"], "No command was given. See: tmdb-session --help"],
    [["--verbose"], "No command was given. See: tmdb-session --help"],
    [["help", "whoam"], "Unknown command 'whoam'. Did you mean whoami? See: tmdb-session --help"],
    [["whoam", "--help"], "Unknown command 'whoam'. Did you mean whoami? See: tmdb-session --help"]
  ]
  for (const [args, says] of misused) {
    it.scopedLive(`${args.join(" ")}, is said to be none`, () =>
      Effect.gen(function* () {
        const { inProcess } = yield* makeHarness()
        const ended = yield* inProcess.run(args)
        assert.deepStrictEqual(ended, { code: 2, stdout: "", stderr: `✗ ${says}\n` })
      })
    )
  }

  it.scopedLive("help login and login --help are the same", () =>
    Effect.gen(function* () {
      const { inProcess } = yield* makeHarness()
      const help = yield* inProcess.run(["help", "login"])
      assert.match(help.stdout, /^Usage: tmdb-session login /)
      assert.deepStrictEqual(help, yield* inProcess.run(["login", "--help"]))
    })
  )
})
