/** What a person gets wrong, or TMDB does: one clear line with the next step, the documented exit code, nothing leaked. */
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { decide } from "../../../scripts/person.mjs"
import { approvalUrlOf, type Ended, type Place, place } from "./Place.js"

/** One line that says what happened and what to do, and no stack trace. */
const assertSays = ({ code, stderr, stdout }: Ended, expected: { code: number; says: RegExp }) => {
  assert.strictEqual(code, expected.code, stderr)
  assert.strictEqual(stdout, "")
  assert.match(stderr.trimEnd().split("\n").at(-1) ?? "", expected.says)
  assert.notMatch(stderr, /\n\s+at /)
}

type Case = {
  readonly args?: ReadonlyArray<string>
  readonly env?: (there: Place) => Readonly<Record<string, string | undefined>>
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
    says: /has the shape of a v3 API key.*TMDB_API_KEY/
  },
  "an access token as the API key": {
    env: ({ tmdb }) => ({ TMDB_ACCESS_TOKEN: undefined, TMDB_API_KEY: tmdb.accessToken }),
    code: 2,
    says: /has the shape of an API read access token.*TMDB_ACCESS_TOKEN/
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
  "a port that is none": { args: ["--port", "70000"], code: 2, says: /see --help/ },
  "a time that is none": { args: ["--timeout", "soon"], code: 2, says: /see --help/ },
  "an option that does not exist": { args: ["--no-browsers"], code: 2, says: /see --help/ }
}

describe("login, given", () => {
  for (const [name, { args = [], code, env, input, says }] of Object.entries(settings)) {
    it.scopedLive(`${name}, ends with exit code ${code}`, () =>
      Effect.gen(function* () {
        const there = yield* place()
        const ended = yield* there.run(["login", "--no-browser", ...args], {
          env: env?.(there) ?? {},
          ...(input === undefined ? {} : { input })
        })
        assertSays(ended, { code, says })
        assert.strictEqual(there.tmdb.inspect().held.sessions, 0)
      })
    )
  }

  const requestTokenOf = (url: string) => new URL(url).pathname.split("/").at(-1) ?? ""

  /** What becomes of the request token while the person is being asked. */
  const fates: Readonly<
    Record<
      string,
      { happens: (there: Place, url: string) => Promise<unknown>; timeout?: string; says: RegExp }
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
        const there = yield* place()
        const login = yield* there.start([
          "login",
          "--no-browser",
          ...(timeout === undefined ? [] : ["--timeout", timeout])
        ])
        const url = yield* approvalUrlOf(login)
        yield* Effect.promise(() => happens(there, url))
        assertSays(yield* login.ended, { code: 3, says })
      })
    )
  }

  it.scopedLive("Ctrl-C during the wait, ends at once with exit code 130, and nothing is kept", () =>
    Effect.gen(function* () {
      const there = yield* place()
      const login = yield* there.start(["login", "--no-browser"])
      yield* approvalUrlOf(login)
      const pressed = yield* Clock.currentTimeMillis
      yield* login.signal("SIGINT")
      const { code, stdout } = yield* login.ended
      assert.deepStrictEqual([code, stdout], [130, ""])
      assert.isBelow((yield* Clock.currentTimeMillis) - pressed, 2000)
      assert.strictEqual((yield* there.run(["token"])).code, 4)
    })
  )
})

describe("any command, given", () => {
  for (const [name, args] of [
    ["a name that is near another", ["whoam"]],
    ["an argument that it does not take", ["whoami", "someone"]],
    ["an option that it does not take", ["token", "--json"]]
  ] as const) {
    it.scopedLive(`${name}, ends with exit code 2`, () =>
      Effect.gen(function* () {
        const there = yield* place()
        assertSays(yield* there.run(args), { code: 2, says: /see --help/ })
      })
    )
  }

  it.scopedLive("nothing stored, says how to sign in, with exit code 4", () =>
    Effect.gen(function* () {
      const there = yield* place()
      for (const args of [["whoami"], ["token"], ["logout"]]) {
        assertSays(yield* there.run(args), { code: 4, says: /not signed in/ })
      }
    })
  )

  it.scopedLive("--help and --version, answers on standard output", () =>
    Effect.gen(function* () {
      const there = yield* place()
      const help = yield* there.run(["--help"])
      assert.deepStrictEqual([help.code, help.stderr], [0, ""])
      assert.include(help.stdout, "Usage: tmdb-session")
      const version = yield* there.run(["--version"])
      assert.deepStrictEqual([version.code, version.stderr], [0, ""])
      assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/)
    })
  )
})
