/** Every command: what it prints, on which stream, and its exit code. */
import { readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import {
  type Harness,
  type InProcessOptions,
  imposter,
  makeHarness,
  type Options,
  transcript
} from "./Harness.js"

/** Keeps a transcript of what is run. */
const recorder = (harness: Harness) => {
  const transcripts: Array<string> = []
  return {
    run: (args: ReadonlyArray<string>, options?: InProcessOptions) =>
      Effect.tap(harness.inProcess.run(args, options), (ended) =>
        Effect.sync(() => void transcripts.push(transcript(harness, args, ended)))
      ),
    signIn: (args: ReadonlyArray<string>) =>
      Effect.tap(harness.inProcess.signIn(args), (ended) =>
        Effect.sync(
          () => void transcripts.push(transcript(harness, ["login", "--no-browser", ...args], ended))
        )
      ),
    matches: (name: string) =>
      Effect.promise(() =>
        expect(`${transcripts.join("\n\n")}\n`).toMatchFileSnapshot(`transcripts/${name}.txt`)
      )
  }
}

describe("a whole session", () => {
  it.scopedLive("of two profiles, reads like this", () =>
    Effect.gen(function* () {
      const harness = yield* makeHarness()
      const recorded = recorder(harness)
      yield* recorded.run(["status"])
      yield* recorded.signIn([])
      yield* recorded.signIn(["--profile", "work", "--v4", "--insecure-storage"])
      yield* recorded.run(["status"])
      const status = yield* recorded.run(["status", "--json"])
      yield* recorded.run(["status", "--profile", "work"])
      yield* recorded.run(["switch", "work"])
      yield* recorded.run(["--verbose", "whoami"])
      yield* recorded.run(["whoami", "--json", "--profile", "default"])
      yield* recorded.run(["logout", "--all", "--json"])
      yield* recorded.run(["logout", "--all"])
      yield* recorded.matches("session")

      const [first, second] = JSON.parse(status.stdout).sessions
      assert.deepStrictEqual(first, {
        profile: "default",
        active: true,
        place: "file",
        username: "filmfan",
        version: 3,
        apiUrl: harness.tmdb.apiUrl,
        credential: "TMDB_ACCESS_TOKEN",
        state: "accepted",
        error: null
      })
      assert.deepStrictEqual([second.profile, second.active, second.version], ["work", false, 4])
      assert.strictEqual(harness.tmdb.inspect().held.sessions, 0)
    })
  )
})

describe("the single steps", () => {
  it.scopedLive("given a credential, print one secret alone, that the next one takes", () =>
    Effect.gen(function* () {
      const harness = yield* makeHarness()
      const recorded = recorder(harness)
      const secret = { mayShowSecrets: true }
      yield* recorded.run(["validate-key"])
      yield* recorded.run(["validate-key", "--with-token", "--json"], { input: `${harness.tmdb.apiKey}\n` })
      yield* recorded.run(["guest", "--json"], secret)
      const issued = yield* recorded.run(["request-token"], secret)
      yield* recorded.run(["create"], { input: issued.stdout })
      harness.tmdb.approve(issued.stdout.trim())
      const created = yield* recorded.run(["create"], { input: issued.stdout, mayShowSecrets: true })
      yield* recorded.run(["whoami"], { env: { TMDB_SESSION_ID: created.stdout.trim() } })
      yield* recorded.run(["validate-key"], { env: { TMDB_ACCESS_TOKEN: undefined } })
      yield* recorded.matches("steps")
    })
  )
})

describe("api", () => {
  it.scopedLive("given a session, calls any endpoint with it and prints the answer as it came", () =>
    Effect.gen(function* () {
      const harness = yield* makeHarness()
      yield* harness.inProcess.signIn()
      const recorded = recorder(harness)
      const body = join(harness.folder, "body.json")
      writeFileSync(body, JSON.stringify({ value: 9 }))
      const ratings = ["api", "account/{account_id}/rated/movies"]
      yield* recorded.run(["api", "account"])
      yield* recorded.run(["api", "/3/movie/550/rating", "-F", "value=8.5"])
      yield* recorded.run(["api", "movie/551/rating", "--input", body])
      const rated = yield* recorded.run([...ratings, "-X", "GET", "-f", "language=en", "--paginate"])
      yield* recorded.run(["api", "-X", "DELETE", "movie/{movie}/rating", "-F", "movie=550"])
      yield* recorded.run(["api", "movie/550/rating", "-F", "value=99"])
      yield* recorded.run(["api", "movie/none"])
      yield* recorded.run(["api", "4/account/{account_id}/lists"])
      yield* recorded.matches("api")
      const ids = JSON.parse(rated.stdout).results.map(({ id }: { id: number }) => id)
      assert.sameMembers(ids, [550, 551])
    })
  )

  it.scopedLive("given a guest's session in a file, takes it from there", () =>
    Effect.gen(function* () {
      const harness = yield* makeHarness()
      const guest = yield* harness.inProcess.run(["guest"], { mayShowSecrets: true })
      const rating = ["api", "movie/550/rating?guest_session_id={guest_session_id}", "-X", "POST"]
      const rated = yield* harness.inProcess.run([...rating, "-F", "value=7", "-F", "guest_session_id=@-"], {
        input: guest.stdout
      })
      assert.deepStrictEqual([rated.code, JSON.parse(rated.stdout).success], [0, true])
    })
  )

  const asGuest = ["-F", "guest_session_id=@-", "-F", "value=7"]
  const calls: ReadonlyArray<readonly [what: string, args: ReadonlyArray<string>, asked: string]> = [
    ["an endpoint of version 3", ["movie/550"], "/3/movie/550?session_id=canary-session"],
    ["an endpoint of version 4", ["4/list/1"], "/4/list/1"],
    ["an endpoint for sessions", ["authentication/token/new"], "/3/authentication/token/new"],
    [
      "what a guest has rated",
      ["guest_session/canary-guest/rated/movies"],
      "/3/guest_session/canary-guest/rated/movies"
    ],
    [
      "what a guest rates",
      ["movie/550/rating?guest_session_id={guest_session_id}", ...asGuest],
      "/3/movie/550/rating?guest_session_id=canary-guest"
    ]
  ]
  for (const [what, args, asked] of calls) {
    const sends = asked.includes("?session_id=") ? "sends" : "does not send"
    it.scopedLive(`given a session, ${sends} it to ${what}`, () =>
      Effect.gen(function* () {
        const harness = yield* makeHarness()
        const requests: Array<string | undefined> = []
        const { url } = yield* imposter((request, response) => {
          requests.push(request.url)
          response.setHeader("content-type", "application/json").end("{}")
        })
        const { code, stderr } = yield* harness.inProcess.run(["api", ...args], {
          env: { TMDB_API_URL: url, TMDB_SESSION_ID: "canary-session" },
          input: "canary-guest"
        })
        assert.strictEqual(code, 0, stderr)
        assert.strictEqual(requests.join(" "), asked)
      })
    )
  }

  it.scopedLive("given another API than the session came from, does not send the session there", () =>
    Effect.gen(function* () {
      const harness = yield* makeHarness()
      const other = yield* makeHarness()
      yield* harness.inProcess.signIn()
      const env = { TMDB_API_URL: other.tmdb.apiUrl, TMDB_ACCESS_TOKEN: other.tmdb.accessToken }
      const account = yield* harness.inProcess.run(["api", "account"], { env })
      assert.deepStrictEqual([account.code, account.stdout], [4, ""])
      const status = yield* harness.inProcess.run(["status"], { env })
      assert.strictEqual(status.code, 4)
      assert.include(status.stdout, "TMDB_API_URL names another API")
    })
  )
})

describe("the keyring", () => {
  /** A keyring that is a file, in the place of the package that speaks to the system's. */
  const keyring = (harness: Harness, { works }: { readonly works: boolean }): Options => ({
    env: {
      KEYRING_FILE: works ? join(harness.folder, "keyring.json") : "",
      NODE_OPTIONS: `--require ${fileURLToPath(new URL("./keyring/register.cjs", import.meta.url))}`
    }
  })

  it.scopedLive(
    "given one, holds the session, and the file nothing; --insecure-storage turns that round",
    () =>
      Effect.gen(function* () {
        const harness = yield* makeHarness()
        const options = keyring(harness, { works: true })
        const login = yield* harness.signIn([], options)
        assert.include(login.stderr, "Stored in the system's keyring, as profile default.")
        const held = () => readFileSync(join(harness.folder, "keyring.json"), "utf8")
        assert.include(held(), "filmfan")
        const status = yield* harness.run(["status", "--json"], options)
        assert.strictEqual(JSON.parse(status.stdout).sessions[0].place, "keyring")

        const moved = yield* harness.signIn(["--insecure-storage", "--force"], options)
        assert.include(moved.stderr, "sessions.json")
        assert.notInclude(held(), "filmfan")
        assert.strictEqual((yield* harness.run(["logout"], options)).code, 0)
        assert.strictEqual((yield* harness.run(["token"], options)).code, 4)
      })
  )

  it.scopedLive(
    "given a session in it that the command's notes do not know of, ends that when it is replaced",
    () =>
      Effect.gen(function* () {
        const harness = yield* makeHarness()
        const options = keyring(harness, { works: true })
        yield* harness.signIn([], options)
        rmSync(join(harness.folder, "config", "preferences.json"))
        const again = yield* harness.signIn([], options)
        assert.include(again.stderr, "The previous session was ended at TMDB.")
        assert.strictEqual(harness.tmdb.inspect().held.sessions, 1)
      })
  )

  it.scopedLive(
    "given an older session that lies in the file, too, logout forgets that and leaves the newer one",
    () =>
      Effect.gen(function* () {
        const harness = yield* makeHarness()
        const options = keyring(harness, { works: true })
        const file = join(harness.folder, "config", "sessions.json")
        yield* harness.signIn(["--insecure-storage"], options)
        const older = readFileSync(file)
        yield* harness.signIn(["--force"], options)
        writeFileSync(file, older)
        yield* harness.run(["logout"], options)
        assert.strictEqual(harness.tmdb.inspect().held.sessions, 1)
        assert.strictEqual((yield* harness.run(["whoami"], options)).stdout, "filmfan\n")
      })
  )

  it.scopedLive("given a full disk, forgets what is in it all the same", () =>
    Effect.gen(function* () {
      const harness = yield* makeHarness()
      const options = keyring(harness, { works: true })
      yield* harness.signIn([], options)
      const disk = `--import ${new URL("./disk/full.mjs", import.meta.url).href}`
      const logout = yield* harness.run(["logout"], {
        env: {
          ...options.env,
          WRITES_FAIL_WITH: "ENOSPC",
          NODE_OPTIONS: `${options.env?.["NODE_OPTIONS"]} ${disk}`
        }
      })
      assert.strictEqual(logout.code, 0, logout.stderr)
      assert.notInclude(readFileSync(join(harness.folder, "keyring.json"), "utf8"), "filmfan")
    })
  )

  it.scopedLive("given none, is said to be missing, once", () =>
    Effect.gen(function* () {
      const harness = yield* makeHarness()
      const options = keyring(harness, { works: false })
      const login = yield* harness.signIn([], options)
      assert.match(
        login.stderr,
        /The system's keyring cannot be used: stored in .*sessions\.json, which only you can read/
      )
      const whoami = yield* harness.run(["whoami"], options)
      assert.deepStrictEqual([whoami.code, whoami.stderr], [0, ""])
    })
  )
})
