/** The machine or the network in trouble: one clear line, the documented exit code, nothing lost. */
import { spawn } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { decide } from "@tmdb-session/testing/Person"
import * as Effect from "effect/Effect"
import { approvalUrlOf, command, type Harness, imposter, kept, makeHarness } from "./Harness.js"

const lastLine = (text: string): string => text.trimEnd().split("\n").at(-1) ?? ""

const config = ({ folder }: Harness, name = ""): string => join(folder, "config", name)

/** A disk without room for what is printed: Linux has a file that is one. */
describe.runIf(existsSync("/dev/full"))("where the output goes", () => {
  const full = { output: "/dev/full" }

  it.scopedLive("given a full disk, every command says so, and fails", () =>
    Effect.gen(function* () {
      const harness = yield* makeHarness()
      const env = { TMDB_SESSION_ID: harness.tmdb.createSession() }
      for (const args of [
        ["status"],
        ["token"],
        ["api", "configuration"],
        ["completions", "bash"],
        ["--help"]
      ]) {
        const { code, stderr } = yield* harness.run(args, { ...full, env })
        assert.strictEqual(code, 1, args.join(" "))
        assert.match(lastLine(stderr), /The output could not be written \(ENOSPC\), so it is not complete\.$/)
      }
    })
  )

  it.scopedLive("given --json, says so in JSON", () =>
    Effect.gen(function* () {
      const harness = yield* makeHarness()
      const env = { TMDB_SESSION_ID: harness.tmdb.createSession() }
      const { code, stderr } = yield* harness.run(["whoami", "--json"], { ...full, env })
      assert.strictEqual(code, 1)
      const { error } = JSON.parse(lastLine(stderr))
      assert.deepStrictEqual([error._tag, error.exitCode], ["OutputLost", 1])
    })
  )
})

describe("where sessions are kept", () => {
  for (const [name, code, says] of [
    ["a full disk", "ENOSPC", /Make room on the disk/],
    ["a home that may only be read", "EROFS", /set TMDB_SESSION_CONFIG_DIR to another folder/]
  ] as const) {
    it.scopedLive(`given ${name}, login says so before anybody is asked`, () =>
      Effect.gen(function* () {
        const harness = yield* makeHarness()
        const login = yield* harness.run(["login", "--no-browser"], {
          env: {
            WRITES_FAIL_WITH: code,
            NODE_OPTIONS: `--import ${new URL("./disk/full.mjs", import.meta.url).href}`
          }
        })
        assert.strictEqual(login.code, 1)
        assert.match(lastLine(login.stderr), says)
        assert.notInclude(login.stderr, "nobody should print")
        assert.deepStrictEqual(harness.tmdb.inspect().requests, {})
      })
    )
  }

  it.scopedLive(
    "given a place that cannot be written to any more, ends the session at TMDB, and says so",
    () =>
      Effect.gen(function* () {
        const harness = yield* makeHarness()
        const login = yield* harness.start(["login", "--no-browser"])
        const url = yield* approvalUrlOf(login)
        renameSync(config(harness), `${config(harness)}.gone`)
        writeFileSync(config(harness), "")
        yield* Effect.promise(() => decide(url).catch(() => ""))
        const { code, stderr } = yield* login.ended
        assert.strictEqual(code, 1)
        assert.include(stderr, "The session was not stored, so it was ended at TMDB.")
        assert.strictEqual(harness.tmdb.inspect().held.sessions, 0)
      })
  )

  it.scopedLive("given a file that is damaged, every command says how to mend it, and leaves it alone", () =>
    Effect.gen(function* () {
      const harness = yield* makeHarness()
      mkdirSync(config(harness), { mode: 0o700 })
      writeFileSync(config(harness, "sessions.json"), '{"version":1,"prof', { mode: 0o600 })
      yield* Effect.forEach(
        [["status"], ["whoami"], ["login", "--no-browser"]],
        (args) =>
          Effect.map(harness.inProcess.run(args), ({ code, stderr }) => {
            assert.strictEqual(code, 1)
            assert.match(lastLine(stderr), /sessions\.json cannot be read.*mv /)
          }),
        { concurrency: 2 }
      )
      assert.strictEqual(readFileSync(config(harness, "sessions.json"), "utf8"), '{"version":1,"prof')
    })
  )

  it.scopedLive("given a profile that is damaged, signs in again, and keeps aside what was there", () =>
    Effect.gen(function* () {
      const harness = yield* makeHarness()
      mkdirSync(config(harness), { mode: 0o700 })
      const damaged = JSON.stringify({ version: 1, profiles: { default: "half of a rec" } })
      writeFileSync(config(harness, "sessions.json"), damaged, { mode: 0o600 })
      assert.strictEqual((yield* harness.inProcess.signIn()).code, 0)
      assert.include(kept(harness), "half of a rec")
      assert.strictEqual((yield* harness.inProcess.run(["whoami"])).stdout, "filmfan\n")
    })
  )

  it.scopedLive("given several sign-ins at once, keeps one, and leaves no other alive", () =>
    Effect.gen(function* () {
      const harness = yield* makeHarness()
      const ended = yield* Effect.all(
        [harness.signIn(), harness.signIn(), harness.signIn(), harness.signIn(["--profile", "other"])],
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual(
        ended.map(({ code }) => code),
        [0, 0, 0, 0]
      )
      const status = JSON.parse((yield* harness.run(["status", "--json"])).stdout)
      const states = status.sessions.map(({ profile, state }: Record<string, string>) => [profile, state])
      assert.deepStrictEqual(states, [
        ["default", "accepted"],
        ["other", "accepted"]
      ])
      assert.strictEqual(harness.tmdb.inspect().held.sessions, 2)
    })
  )

  it.scopedLive(
    "given a sign-in while a sign-out waits for TMDB, forgets the old session and not the new one",
    () =>
      Effect.gen(function* () {
        const harness = yield* makeHarness()
        mkdirSync(config(harness), { mode: 0o700 })
        const keep = (sessionId: string) => {
          const record = JSON.stringify({ version: 1, sessionId, apiUrl: url })
          writeFileSync(
            config(harness, "sessions.json"),
            JSON.stringify({ version: 1, profiles: { default: record } }),
            { mode: 0o600 }
          )
        }
        const { url } = yield* imposter((_, response) => {
          keep("canary-new-session")
          response.setHeader("content-type", "application/json").end('{"success":true}')
        })
        keep("canary-old-session")
        assert.strictEqual((yield* harness.run(["logout"], { env: { TMDB_API_URL: url } })).code, 0)
        assert.include(kept(harness), "canary-new-session")
      })
  )
})

describe("the network", () => {
  it.scopedLive("given a web page, a proxy that refuses, TMDB down or slow to allow, says which", () =>
    Effect.gen(function* () {
      const harness = yield* makeHarness({ faults: [{ fault: "badGateway", times: "always" }] })
      const { url } = yield* imposter((_, response) =>
        response.setHeader("content-type", "text/html").end("<html>Sign in to this network</html>")
      )
      const cases: ReadonlyArray<readonly [Record<string, string>, number, RegExp]> = [
        [{ TMDB_API_URL: url }, 1, /a web page in place of JSON.*no proxy or sign-in page/],
        [
          { TMDB_API_URL: "https://tmdb.invalid", HTTPS_PROXY: "http://user:canary-password@127.0.0.1:9" },
          5,
          /proxy/i
        ],
        [{}, 5, /TMDB cannot answer at the moment \(HTTP 502\)/]
      ]
      yield* Effect.forEach(
        cases,
        ([env, code, says]) =>
          Effect.map(harness.run(["validate-key"], { env }), (ended) => {
            assert.strictEqual(ended.code, code, ended.stderr)
            assert.match(lastLine(ended.stderr), says)
            assert.notInclude(ended.stderr, "canary-password")
          }),
        { concurrency: 2 }
      )
      const json = yield* harness.inProcess.run(["validate-key", "--json"])
      assert.deepStrictEqual([json.code, json.stdout], [5, ""])
      const { error } = JSON.parse(json.stderr)
      assert.deepInclude(error, { _tag: "ServiceUnavailable", httpStatus: 502, exitCode: 5 })
    })
  )
})

describe("a reader that has gone", () => {
  it.scopedLive("is no error", () =>
    Effect.gen(function* () {
      const harness = yield* makeHarness()
      for (const args of ["--help", "completions bash"]) {
        const child = spawn("bash", [
          "-c",
          `set -o pipefail; "$0" "$1" ${args} | true`,
          process.execPath,
          command
        ])
        let complaint = ""
        child.stderr.setEncoding("utf8").on("data", (text: string) => {
          complaint += text
        })
        const code = yield* Effect.async<number | null>((resume) => {
          child.once("close", (ended) => resume(Effect.succeed(ended)))
        })
        assert.deepStrictEqual([code, complaint], [0, ""], harness.folder)
      }
    })
  )
})
