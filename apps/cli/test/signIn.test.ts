/** The command from end to end: a process, a socket, and someone at a browser. */
import { statSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { decide } from "../../../scripts/person.mjs"
import { approvalUrlOf, kept, place } from "./Place.js"

describe("signing in and out", () => {
  it.scopedLive("given someone who allows: login, whoami, token, logout", () =>
    Effect.gen(function* () {
      const there = yield* place()

      const login = yield* there.signIn()
      assert.deepStrictEqual([login.code, login.stdout], [0, ""])
      assert.include(login.stderr, `Signed in to TMDB as ${there.tmdb.users[0].username}.`)

      const whoami = yield* there.run(["whoami"])
      assert.deepStrictEqual([whoami.code, whoami.stdout], [0, `${there.tmdb.users[0].username}\n`])

      const token = yield* there.run(["token"], { mayShowSecrets: true })
      assert.match(token.stdout, /^[0-9a-f]{40}\n$/)
      assert.deepStrictEqual([token.code, token.stderr], [0, ""])

      const logout = yield* there.run(["logout"])
      assert.strictEqual(logout.code, 0)
      assert.include(logout.stderr, "ended at TMDB and forgotten here")
      assert.strictEqual(there.tmdb.inspect().held.sessions, 0)
      assert.notInclude(kept(there), token.stdout.trim())

      const after = yield* there.run(["whoami"])
      assert.strictEqual(after.code, 4)
    })
  )

  it.scopedLive(
    "keeps the session for this user alone, and the credential of the environment not at all",
    () =>
      Effect.gen(function* () {
        const there = yield* place()
        yield* there.signIn()
        assert.strictEqual(statSync(join(there.folder, "config", "sessions.json")).mode & 0o777, 0o600)
        assert.strictEqual(statSync(join(there.folder, "config")).mode & 0o777, 0o700)
        assert.notInclude(kept(there), there.tmdb.accessToken)
      })
  )

  it.scopedLive("given a credential on standard input, keeps it with the session and needs no other", () =>
    Effect.gen(function* () {
      const there = yield* place()
      const env = { TMDB_ACCESS_TOKEN: undefined, TMDB_API_KEY: "" }
      const login = yield* there.start(["login", "--no-browser", "--with-token"], {
        env,
        input: `${there.tmdb.accessToken}\n`
      })
      const url = yield* approvalUrlOf(login)
      yield* Effect.promise(() => decide(url))
      assert.strictEqual((yield* login.ended).code, 0)
      assert.strictEqual((yield* there.run(["whoami"], { env })).code, 0)
      const elsewhere = yield* there.run(["whoami"], {
        env: { ...env, TMDB_API_URL: "https://other.example" }
      })
      assert.strictEqual(elsewhere.code, 4)
    })
  )

  it.scopedLive("given a password with blanks around it, sends it as it is", () =>
    Effect.gen(function* () {
      const password = "  canary password of blanche "
      const there = yield* place({ users: [{ username: "blanche", password }] })
      const login = yield* there.inProcess.run(["login", "--with-login"], {
        answer: ({ kind }) => (kind === "hidden" ? password : "blanche")
      })
      assert.strictEqual(login.code, 0, login.stderr)
    })
  )

  it.scopedLive("given an approval that no callback reports, finds it by asking TMDB", () =>
    Effect.gen(function* () {
      const there = yield* place()
      const login = yield* there.start(["login", "--no-browser", "--json"])
      const url = yield* approvalUrlOf(login)
      there.tmdb.approve(new URL(url).pathname.split("/").at(-1) ?? "")
      const { code, stdout } = yield* login.ended
      assert.strictEqual(code, 0)
      assert.deepStrictEqual(JSON.parse(stdout), {
        profile: "default",
        current: true,
        username: there.tmdb.users[0].username,
        version: 3,
        apiUrl: there.tmdb.apiUrl,
        place: "file"
      })
    })
  )

  it.scopedLive("given a session already, does not replace it unless told to", () =>
    Effect.gen(function* () {
      const there = yield* place()
      yield* there.signIn()
      const again = yield* there.run(["login", "--no-browser"])
      assert.strictEqual(again.code, 2)
      assert.include(again.stderr, "--force")
      const replaced = yield* there.signIn(["--force"])
      assert.strictEqual(replaced.code, 0)
      assert.include(replaced.stderr, "The session that was there before is ended at TMDB.")
      assert.strictEqual(there.tmdb.inspect().held.sessions, 1)
    })
  )

  it.scopedLive("given TMDB_SESSION_ID, uses it in place of what is stored, and says so", () =>
    Effect.gen(function* () {
      const there = yield* place()
      const env = { TMDB_SESSION_ID: there.tmdb.createSession("alex") }
      const { code, stderr, stdout } = yield* there.run(["whoami"], { env })
      assert.deepStrictEqual([code, stdout], [0, "alex\n"])
      assert.include(stderr, "TMDB_SESSION_ID")
    })
  )

  it.scopedLive(
    "given TMDB down, logout forgets the session all the same, and says which of both happened",
    () =>
      Effect.gen(function* () {
        const there = yield* place()
        yield* there.signIn()
        yield* Effect.promise(() => there.tmdb.close())
        const logout = yield* there.run(["logout"])
        assert.strictEqual(logout.code, 0)
        assert.include(logout.stderr, "could not be ended at TMDB")
        assert.strictEqual((yield* there.run(["token"])).code, 4)
      })
  )

  it.scopedLive(
    "given no credential to end it with, logout forgets the session, and says where to end it",
    () =>
      Effect.gen(function* () {
        const there = yield* place()
        yield* there.signIn()
        const logout = yield* there.run(["logout"], { env: { TMDB_ACCESS_TOKEN: undefined } })
        assert.strictEqual(logout.code, 0)
        assert.include(
          logout.stderr,
          "or run: tmdb-session login. End it at https://www.themoviedb.org/settings/applications"
        )
        assert.strictEqual(there.tmdb.inspect().held.sessions, 1)
      })
  )
})

describe("the sandbox", () => {
  it.scopedLive("prints the lines that point the command at it, and a sign-in approves itself", () =>
    Effect.gen(function* () {
      const there = yield* place()
      const sandbox = yield* there.start(["sandbox", "--auto-approve"], { mayShowSecrets: true })
      const [printed] = yield* sandbox.shown(/(?:export \w+=\S+\n){3}/)
      const env = Object.fromEntries(
        [...printed.matchAll(/export (\w+)=(\S+)/g)].map(([, name, value]) => [name, value])
      )
      const login = yield* there.run(["login", "--no-browser"], { env })
      assert.strictEqual(login.code, 0)
      yield* sandbox.signal("SIGINT")
      assert.strictEqual((yield* sandbox.ended).code, 130)
    })
  )
})
