/** What a person gets wrong, or TMDB does: one clear line with the next step, the documented exit code, nothing leaked. */
import { assert, describe, it } from "@effect/vitest"
import { decide } from "@tmdb-session/testing/Person"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { approvalUrlOf, type Ended, type Harness, makeHarness } from "./Harness.js"

/** One line that says what happened and what to do, and no stack trace. */
const assertSays = ({ code, stderr, stdout }: Ended, expected: { code: number; says: RegExp }) => {
  assert.strictEqual(code, expected.code, stderr)
  assert.strictEqual(stdout, "")
  assert.match(stderr.trimEnd().split("\n").at(-1) ?? "", expected.says)
  assert.notMatch(stderr, /\n\s+at /)
}

type Case = {
  readonly args?: ReadonlyArray<string>
  readonly env?: (harness: Harness) => Readonly<Record<string, string | undefined>>
  readonly input?: string
  readonly code: number
  readonly says: RegExp
}

const settings: Readonly<Record<string, Case>> = {
  "no credential": {
    env: () => ({ TMDB_ACCESS_TOKEN: undefined }),
    code: 4,
    says: /Set TMDB_ACCESS_TOKEN .* or pipe it in/
  },
  "a v3 API key as the access token": {
    env: ({ tmdb }) => ({ TMDB_ACCESS_TOKEN: tmdb.apiKey }),
    code: 2,
    says: /looks like a v3 API key.*TMDB_API_KEY/
  },
  "an access token as the API key": {
    env: ({ tmdb }) => ({ TMDB_ACCESS_TOKEN: undefined, TMDB_API_KEY: tmdb.accessToken }),
    code: 2,
    says: /looks like an API read access token.*TMDB_ACCESS_TOKEN/
  },
  "a credential that TMDB does not know": {
    env: ({ tmdb }) => ({ TMDB_ACCESS_TOKEN: tmdb.accessToken.slice(0, -4) }),
    code: 4,
    says: /themoviedb\.org\/settings\/api/
  },
  "a malformed TMDB_API_URL": {
    env: () => ({ TMDB_API_URL: "api.themoviedb.org:no" }),
    code: 2,
    says: /TMDB_API_URL/
  },
  "http: to a host that is not loopback": {
    env: () => ({ TMDB_API_URL: "http://api.example.com" }),
    code: 2,
    says: /https/
  },
  "a malformed TMDB_WEB_URL": { env: () => ({ TMDB_WEB_URL: "::" }), code: 2, says: /TMDB_WEB_URL/ },
  "nobody at the address": {
    env: () => ({ TMDB_API_URL: "http://127.0.0.1:9" }),
    code: 5,
    says: /refused/
  },
  "empty standard input": { args: ["--with-token"], input: "", code: 2, says: /Standard input is empty/ },
  "a profile whose name is no name": { args: ["--profile", "../x"], code: 2, says: /name of the profile/ },
  "a port that is none": { args: ["--port", "70000"], code: 2, says: /See: tmdb-session .*--help/ },
  "a time that is none": { args: ["--timeout", "soon"], code: 2, says: /See: tmdb-session .*--help/ },
  "an option that does not exist": { args: ["--no-browsers"], code: 2, says: /See: tmdb-session .*--help/ }
}

describe("login, given", () => {
  for (const [name, { args = [], code, env, input, says }] of Object.entries(settings)) {
    it.scopedLive(`${name}, ends with exit code ${code}`, () =>
      Effect.gen(function* () {
        const harness = yield* makeHarness()
        const ended = yield* harness.inProcess.run(["login", "--no-browser", ...args], {
          env: env?.(harness) ?? {},
          ...(input === undefined ? {} : { input })
        })
        assertSays(ended, { code, says })
        assert.strictEqual(harness.tmdb.inspect().held.sessions, 0)
      })
    )
  }

  const requestTokenOf = (url: string) => new URL(url).pathname.split("/").at(-1) ?? ""

  /** What becomes of the request token while the person is being asked. */
  const fates: Readonly<
    Record<
      string,
      { happens: (harness: Harness, url: string) => Promise<unknown>; timeout?: string; says: RegExp }
    >
  > = {
    "a person who denies": {
      happens: (_, url) => decide(url, "deny"),
      says: /denied.*/i
    },
    "a request token that nobody approves": {
      happens: async () => undefined,
      timeout: "3s",
      says: /not approved in time/
    },
    "a request token that expires": {
      happens: async ({ tmdb }) => tmdb.advance("61 minutes"),
      says: /not approved in time/
    },
    "a request token that somebody else has used": {
      happens: async ({ tmdb }, url) => {
        tmdb.approve(requestTokenOf(url))
        await fetch(`${tmdb.apiUrl}/3/authentication/session/new`, {
          method: "POST",
          headers: { authorization: `Bearer ${tmdb.accessToken}`, "content-type": "application/json" },
          body: JSON.stringify({ request_token: requestTokenOf(url) })
        })
        const callback = new URL(new URL(url).searchParams.get("redirect_to") ?? "")
        callback.searchParams.set("request_token", requestTokenOf(url))
        callback.searchParams.set("approved", "true")
        await fetch(callback)
      },
      says: /not approved|used/
    },
    "a request token that TMDB has forgotten": {
      happens: async ({ tmdb }) => tmdb.reset(),
      timeout: "3s",
      says: /not approved in time/
    }
  }
  for (const [name, { happens, says, timeout }] of Object.entries(fates)) {
    it.scopedLive(`${name}, ends with exit code 3`, () =>
      Effect.gen(function* () {
        const harness = yield* makeHarness()
        const login = yield* harness.inProcess.start([
          "login",
          "--no-browser",
          ...(timeout === undefined ? [] : ["--timeout", timeout])
        ])
        const url = yield* approvalUrlOf(login)
        yield* Effect.promise(() => happens(harness, url))
        assertSays(yield* login.ended, { code: 3, says })
      })
    )
  }

  it.scopedLive("Ctrl-C during the wait, ends at once with exit code 130, and nothing is kept", () =>
    Effect.gen(function* () {
      const harness = yield* makeHarness()
      const login = yield* harness.start(["login", "--no-browser"])
      yield* approvalUrlOf(login)
      const pressed = yield* Clock.currentTimeMillis
      yield* login.signal("SIGINT")
      const { code, stdout } = yield* login.ended
      assert.deepStrictEqual([code, stdout], [130, ""])
      assert.isBelow((yield* Clock.currentTimeMillis) - pressed, 2000)
      assert.strictEqual((yield* harness.run(["token"])).code, 4)
    })
  )
})

/** One process after the other in one harness: what is wrong is found before TMDB is asked. */
const misuses: ReadonlyArray<readonly [args: ReadonlyArray<string>, says: RegExp]> = [
  [["whoam"], /Unknown command 'whoam'\. Did you mean whoami\? See: tmdb-session --help/],
  [["status", "--jsn"], /Unknown option '--jsn'\. Did you mean --json\? See: tmdb-session status --help/],
  [["whoami", "someone"], /Too many arguments .*See: tmdb-session whoami --help/],
  [["token", "--json"], /"message":"Unknown option '--json'/],
  [["completions", "tcsh"], /Allowed choices are bash, zsh, fish/],
  [["switch"], /Missing required argument 'profile'/],
  [["login", "--token", "x"], /A secret must not be an argument: pipe it in/],
  [["login", "--password=canary password of filmfan"], /A secret must not be an argument/],
  [["create", "0123456789abcdef0123456789abcdef01234567"], /A secret was given as an argument.*history/],
  [["login", "--with-token=eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOiJ4In0.c2ln"], /A secret was given as an argument/],
  [["api", "account?session_id=x"], /session_id is a secret.*Leave it out/],
  [["api", "movie/550/rating?guest_session_id=x"], /-F guest_session_id=@file/],
  [["api", "authentication/session/new", "-f", "request_token=x"], /-F request_token=@file/],
  [["api", "https://other.example/3/account"], /Requests go only to http:\/\/127/],
  [["api", "movie/550", "-f", "nothing"], /key=value/],
  [["api", "movie/550", "--input", "/nowhere"], /\/nowhere cannot be read \(ENOENT\)/],
  [["login", "--with-login"], /needs a terminal/]
]

describe("any command, given", () => {
  it.scopedLive("what it does not take, says so in one line with exit code 2", () =>
    Effect.gen(function* () {
      const harness = yield* makeHarness()
      yield* Effect.forEach(
        misuses,
        ([args, says]) =>
          Effect.map(harness.inProcess.run(args), (ended) => assertSays(ended, { code: 2, says })),
        { concurrency: 2 }
      )
      assert.deepStrictEqual(harness.tmdb.inspect().requests, {})
    })
  )

  it.scopedLive("nothing stored, says how to sign in, with exit code 4", () =>
    Effect.gen(function* () {
      const harness = yield* makeHarness()
      yield* Effect.forEach(
        [["whoami"], ["token"], ["logout"], ["status"], ["switch", "work"], ["api", "account/{account_id}"]],
        (args) =>
          Effect.map(harness.inProcess.run(args), (ended) =>
            assertSays(ended, { code: 4, says: /not signed in/ })
          ),
        { concurrency: 2 }
      )
      const json = yield* harness.inProcess.run(["whoami", "--json"])
      assert.deepStrictEqual([json.code, json.stdout], [4, ""])
      assert.deepInclude(JSON.parse(json.stderr).error, { _tag: "NotSignedIn", exitCode: 4 })
    })
  )
})
