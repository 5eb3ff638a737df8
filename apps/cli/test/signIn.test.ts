/** The command from end to end: a process, a socket, and someone at a browser. */
import { statSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { decide } from "@tmdb-session/testing/Person"
import * as Effect from "effect/Effect"
import { approvalUrlOf, kept, makeHarness } from "./Harness.js"

describe("signing in and out", () => {
  it.scopedLive("given someone who allows: login, whoami, token, logout", () =>
    Effect.gen(function* () {
      const harness = yield* makeHarness()

      const login = yield* harness.signIn()
      assert.deepStrictEqual([login.code, login.stdout], [0, ""])
      assert.include(login.stderr, `Signed in to TMDB as ${harness.tmdb.users[0].username}.`)

      const whoami = yield* harness.run(["whoami"])
      assert.deepStrictEqual([whoami.code, whoami.stdout], [0, `${harness.tmdb.users[0].username}\n`])

      const token = yield* harness.run(["token"], { mayShowSecrets: true })
      assert.match(token.stdout, /^[0-9a-f]{40}\n$/)
      assert.deepStrictEqual([token.code, token.stderr], [0, ""])

      const logout = yield* harness.run(["logout"])
      assert.strictEqual(logout.code, 0)
      assert.include(logout.stderr, "ended at TMDB and removed here")
      assert.strictEqual(harness.tmdb.inspect().held.sessions, 0)
      assert.notInclude(kept(harness), token.stdout.trim())

      const after = yield* harness.run(["whoami"])
      assert.strictEqual(after.code, 4)
    })
  )

  it.scopedLive(
    "keeps the session for this user alone, and the credential of the environment not at all",
    () =>
      Effect.gen(function* () {
        const harness = yield* makeHarness()
        yield* harness.signIn()
        assert.strictEqual(statSync(join(harness.folder, "config", "sessions.json")).mode & 0o777, 0o600)
        assert.strictEqual(statSync(join(harness.folder, "config")).mode & 0o777, 0o700)
        assert.notInclude(kept(harness), harness.tmdb.accessToken)
      })
  )

  it.scopedLive("given a credential on standard input, keeps it with the session and needs no other", () =>
    Effect.gen(function* () {
      const harness = yield* makeHarness()
      const env = { TMDB_ACCESS_TOKEN: undefined, TMDB_API_KEY: "" }
      const login = yield* harness.start(["login", "--no-browser", "--with-token"], {
        env,
        input: `${harness.tmdb.accessToken}\n`
      })
      const url = yield* approvalUrlOf(login)
      yield* Effect.promise(() => decide(url))
      assert.strictEqual((yield* login.ended).code, 0)
      assert.strictEqual((yield* harness.run(["whoami"], { env })).code, 0)
      const elsewhere = yield* harness.run(["whoami"], {
        env: { ...env, TMDB_API_URL: "https://other.example" }
      })
      assert.strictEqual(elsewhere.code, 4)
    })
  )

  it.scopedLive("given a password with blanks around it, sends it as it is", () =>
    Effect.gen(function* () {
      const password = "  canary password of blanche "
      const harness = yield* makeHarness({ users: [{ username: "blanche", password }] })
      const login = yield* harness.inProcess.run(["login", "--with-login"], {
        answer: ({ kind }) => (kind === "hidden" ? password : "blanche")
      })
      assert.strictEqual(login.code, 0, login.stderr)
    })
  )

  it.scopedLive("given an approval that no callback reports, finds it by asking TMDB", () =>
    Effect.gen(function* () {
      const harness = yield* makeHarness()
      const login = yield* harness.start(["login", "--no-browser", "--json"])
      const url = yield* approvalUrlOf(login)
      harness.tmdb.approve(new URL(url).pathname.split("/").at(-1) ?? "")
      const { code, stdout } = yield* login.ended
      assert.strictEqual(code, 0)
      assert.deepStrictEqual(JSON.parse(stdout), {
        profile: "default",
        current: true,
        username: harness.tmdb.users[0].username,
        version: 3,
        apiUrl: harness.tmdb.apiUrl,
        place: "file"
      })
    })
  )

  it.scopedLive("given a session already, does not replace it unless told to", () =>
    Effect.gen(function* () {
      const harness = yield* makeHarness()
      yield* harness.signIn()
      const again = yield* harness.run(["login", "--no-browser"])
      assert.strictEqual(again.code, 2)
      assert.include(again.stderr, "--force")
      const replaced = yield* harness.signIn(["--force"])
      assert.strictEqual(replaced.code, 0)
      assert.include(replaced.stderr, "The previous session was ended at TMDB.")
      assert.strictEqual(harness.tmdb.inspect().held.sessions, 1)
    })
  )

  it.scopedLive("given TMDB_SESSION_ID, uses it in place of what is stored, and says so", () =>
    Effect.gen(function* () {
      const harness = yield* makeHarness()
      const env = { TMDB_SESSION_ID: harness.tmdb.createSession("alex") }
      const { code, stderr, stdout } = yield* harness.run(["whoami"], { env })
      assert.deepStrictEqual([code, stdout], [0, "alex\n"])
      assert.include(stderr, "TMDB_SESSION_ID")
    })
  )

  it.scopedLive(
    "given TMDB down, logout forgets the session all the same, and says which of both happened",
    () =>
      Effect.gen(function* () {
        const harness = yield* makeHarness()
        yield* harness.signIn()
        yield* Effect.promise(() => harness.tmdb.close())
        const logout = yield* harness.run(["logout"])
        assert.strictEqual(logout.code, 0)
        assert.include(logout.stderr, "could not be ended at TMDB")
        assert.strictEqual((yield* harness.run(["token"])).code, 4)
      })
  )

  it.scopedLive(
    "given no credential to end it with, logout forgets the session, and says where to end it",
    () =>
      Effect.gen(function* () {
        const harness = yield* makeHarness()
        yield* harness.signIn()
        const logout = yield* harness.run(["logout"], { env: { TMDB_ACCESS_TOKEN: undefined } })
        assert.strictEqual(logout.code, 0)
        assert.include(
          logout.stderr,
          "or run: tmdb-session login. End it at https://www.themoviedb.org/settings/applications"
        )
        assert.strictEqual(harness.tmdb.inspect().held.sessions, 1)
      })
  )
})

describe("the sandbox", () => {
  it.scopedLive("prints the lines that point the command at it, and a sign-in approves itself", () =>
    Effect.gen(function* () {
      const harness = yield* makeHarness()
      const sandbox = yield* harness.start(["sandbox", "--auto-approve"], { mayShowSecrets: true })
      const [printed] = yield* sandbox.shown(/(?:export \w+=\S+\n){3}/)
      const env = Object.fromEntries(
        [...printed.matchAll(/export (\w+)=(\S+)/g)].map(([, name, value]) => [name, value])
      )
      const login = yield* harness.run(["login", "--no-browser"], { env })
      assert.strictEqual(login.code, 0)
      yield* sandbox.signal("SIGINT")
      assert.strictEqual((yield* sandbox.ended).code, 130)
    })
  )
})
