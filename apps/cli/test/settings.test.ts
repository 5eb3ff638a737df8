/** Which API a credential goes to: one of the environment to the environment's, a stored one to that of its session. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { approvalUrlOf, type Harness, imposter, makeHarness } from "./Harness.js"

const requests = ({ tmdb }: Harness): number =>
  Object.values(tmdb.inspect().requests).reduce((sum, count) => sum + count, 0)

/** Signs in with a credential that is typed in, and kept with the session. */
const signInTypedIn = (harness: Harness) =>
  Effect.gen(function* () {
    const login = yield* harness.inProcess.start(["login", "--no-browser", "--with-token"], {
      env: { TMDB_ACCESS_TOKEN: undefined },
      input: harness.tmdb.accessToken
    })
    const url = yield* approvalUrlOf(login)
    harness.tmdb.approve(new URL(url).pathname.split("/").at(-1) ?? "")
    assert.strictEqual((yield* login.ended).code, 0)
  })

/** The real token, with no setting that names an API. */
const realToken = {
  TMDB_API_URL: undefined,
  TMDB_WEB_URL: undefined,
  TMDB_ACCESS_TOKEN: "eyJhbGciOiJIUzI1NiJ9.eyJjYW5hcnkiOiJyZWFsIn0.canary-of-the-real-token"
}

describe("a session that is left over from the sandbox, given the real token", () => {
  for (const args of [["whoami"], ["status"], ["api", "account", "--profile", "default"]]) {
    it.scopedLive(`is not used by ${args.join(" ")}, which says why`, () =>
      Effect.gen(function* () {
        const harness = yield* makeHarness()
        yield* harness.inProcess.signIn()
        const before = requests(harness)
        const ended = yield* harness.inProcess.run(args, { env: realToken })
        assert.strictEqual(ended.code, 4)
        const said = ended.stdout + ended.stderr
        assert.include(said, `TMDB_ACCESS_TOKEN is for https://api.themoviedb.org`)
        assert.include(said, `The stored session is not used: it came from ${harness.tmdb.apiUrl}`)
        assert.strictEqual(requests(harness), before)
      })
    )
  }

  it.scopedLive("is used with the credential that is kept with it, and the real one stays here", () =>
    Effect.gen(function* () {
      const harness = yield* makeHarness()
      yield* signInTypedIn(harness)
      const whoami = yield* harness.inProcess.run(["whoami"], { env: realToken })
      assert.deepStrictEqual([whoami.code, whoami.stdout], [0, "filmfan\n"])
      assert.include(whoami.stderr, "TMDB_ACCESS_TOKEN is set but not used")
    })
  )
})

describe("a session with a credential of its own", () => {
  it.scopedLive("is used with the environment's credential, where that is for the same API", () =>
    Effect.gen(function* () {
      const harness = yield* makeHarness()
      yield* signInTypedIn(harness)
      const whoami = yield* harness.inProcess.run(["whoami"])
      assert.deepStrictEqual([whoami.code, whoami.stdout], [0, "filmfan\n"])
      assert.include(whoami.stderr, "TMDB_ACCESS_TOKEN is set: it is used instead of the stored credential.")
    })
  )
})

describe("an address of the API that is spelled another way", () => {
  for (const spell of [
    (url: string) => `${url}/`,
    (url: string) => url.replace("127.0.0.1", "127.1"),
    (url: string) => url.replace("127.0.0.1", "0x7f.1"),
    (url: string) => url.replace("http:", "HTTP:")
  ]) {
    it.scopedLive(`such as ${spell("http://127.0.0.1:8787")} is the same API`, () =>
      Effect.gen(function* () {
        const harness = yield* makeHarness()
        yield* harness.inProcess.signIn()
        const env = { TMDB_API_URL: spell(harness.tmdb.apiUrl) }
        const whoami = yield* harness.inProcess.run(["whoami"], { env })
        assert.deepStrictEqual([whoami.code, whoami.stdout], [0, "filmfan\n"])
        const logout = yield* harness.inProcess.run(["logout"], { env })
        assert.include(logout.stderr, "was ended at TMDB and removed here")
        assert.strictEqual(harness.tmdb.inspect().held.sessions, 0)
      })
    )
  }
})

describe("a session of another API", () => {
  it.scopedLive("is ended where it came from, with the credential that is kept with it", () =>
    Effect.gen(function* () {
      const harness = yield* makeHarness()
      const other = yield* makeHarness()
      yield* signInTypedIn(harness)
      const env = { TMDB_API_URL: other.tmdb.apiUrl, TMDB_ACCESS_TOKEN: other.tmdb.accessToken }
      const logout = yield* harness.inProcess.run(["logout"], { env })
      assert.include(logout.stderr, "was ended at TMDB and removed here")
      assert.strictEqual(harness.tmdb.inspect().held.sessions, 0)
      assert.strictEqual(requests(other), 0)
    })
  )
})

describe("a TMDB_API_URL that is no address of an API", () => {
  const malformed = ["https://fan:canary-password@127.0.0.1:9", "api.themoviedb.org:no", "http://192.0.2.7"]
  for (const TMDB_API_URL of malformed) {
    it.scopedLive(`such as ${TMDB_API_URL}, is named by every command, and no password in it is shown`, () =>
      Effect.gen(function* () {
        const harness = yield* makeHarness()
        yield* harness.inProcess.signIn()
        const before = requests(harness)
        const session = { TMDB_SESSION_ID: harness.tmdb.createSession() }
        for (const more of [{}, session]) {
          for (const args of [["status"], ["whoami"], ["token"], ["api", "https://127.0.0.1:9/3/account"]]) {
            const ended = yield* harness.inProcess.run(args, { env: { TMDB_API_URL, ...more } })
            assert.deepStrictEqual([ended.code, ended.stdout], [2, ""], args.join(" "))
            assert.match(ended.stderr, /TMDB_API_URL/)
            assert.notInclude(ended.stderr, "canary-password")
          }
        }
        assert.strictEqual(requests(harness), before)
      })
    )
  }
})

describe("a HOME that is no folder's whole path", () => {
  for (const HOME of ["", "relative", "./home"]) {
    it.scopedLive(
      `such as ${JSON.stringify(HOME)}, is named, and nothing is kept below the current folder`,
      () =>
        Effect.gen(function* () {
          const harness = yield* makeHarness()
          const env = { HOME, TMDB_SESSION_CONFIG_DIR: undefined, XDG_CONFIG_HOME: "relative" }
          const login = yield* harness.run(["login", "--no-browser"], { env })
          assert.deepStrictEqual([login.code, login.stdout], [2, ""])
          assert.match(login.stderr, /HOME is unset, empty or relative.*TMDB_SESSION_CONFIG_DIR/)
          assert.strictEqual(requests(harness), 0)
          // A session of the environment needs no place to keep others in.
          const session = { TMDB_SESSION_ID: harness.tmdb.createSession("alex") }
          const whoami = yield* harness.run(["whoami"], { env: { ...env, ...session } })
          assert.deepStrictEqual([whoami.code, whoami.stdout], [0, "alex\n"])
        })
    )
  }
})

describe("a credential that is typed in, with a session that is left over from the sandbox", () => {
  it.scopedLive("goes to TMDB, where nothing names another API", () =>
    Effect.gen(function* () {
      const harness = yield* makeHarness()
      yield* harness.inProcess.signIn()
      const before = requests(harness)
      const asked: Array<string | undefined> = []
      const proxy = yield* imposter(
        () => undefined,
        (request) => asked.push(request.url)
      )
      const validated = yield* harness.run(["validate-key", "--with-token"], {
        env: { ...realToken, TMDB_ACCESS_TOKEN: undefined, HTTPS_PROXY: proxy.url },
        input: realToken.TMDB_ACCESS_TOKEN
      })
      assert.strictEqual(validated.code, 5, validated.stderr)
      assert.sameMembers([...new Set(asked)], ["api.themoviedb.org:443"])
      assert.strictEqual(requests(harness), before)
    })
  )
})
