/** The command at a terminal: prompts, colours, a narrow window, Ctrl-C at every stage, and the window closed. */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { stripVTControlCharacters } from "node:util"
import { assert, describe, expect, it } from "@effect/vitest"
import { decide } from "@tmdb-session/testing/Person"
import * as Effect from "effect/Effect"
import { type Harness, kept, makeHarness, masked, type Options, type Terminal } from "./Harness.js"

const escape = "\u001b"
const ctrlC = "\u0003"
const hidesCursor = `${escape}[?25l`
const showsCursor = `${escape}[?25h`

const approvalUrl = (login: Terminal) =>
  Effect.map(login.shown(/(http:\/\/\S+\/authenticate\/\S+)\s/), ([, url = ""]) => url)

const assertCursorIsBack = (screen: string) =>
  assert.isAtLeast(screen.lastIndexOf(showsCursor), screen.lastIndexOf(hidesCursor))

const withoutCredential: Options = { env: { TMDB_ACCESS_TOKEN: undefined } }

describe("login at a terminal", () => {
  it.scopedLive("given a credential at the hidden prompt, counts down, and signs in", () =>
    Effect.gen(function* () {
      const harness = yield* makeHarness()
      const login = yield* harness.terminal(["login", "--no-browser"], withoutCredential)
      yield* login.shown(/Paste the API read access token/)
      yield* login.type(`${harness.tmdb.accessToken}\r`)
      const url = yield* approvalUrl(login)
      yield* login.shown(/Waiting for approval, \d+:\d\d left/)
      yield* Effect.promise(() => decide(url).catch(() => ""))
      const { code, screen } = yield* login.ended
      assert.strictEqual(code, 0)
      assert.include(stripVTControlCharacters(screen), "✓ Signed in to TMDB as filmfan.")
      assert.include(screen, `${escape}[32m✓`)
      assertCursorIsBack(screen)
      // What was typed in is kept with the session, and needed no more.
      assert.strictEqual((yield* harness.run(["whoami"], withoutCredential)).code, 0)

      const again = yield* harness.terminal(["login", "--no-browser"])
      yield* again.shown(/already signed in as filmfan\. Sign in again\?/)
      yield* again.type("\r")
      assert.strictEqual((yield* again.ended).code, 2)
    })
  )

  it.scopedLive("given a username and password, warns, and signs in", () =>
    Effect.gen(function* () {
      const harness = yield* makeHarness()
      const login = yield* harness.terminal(["login", "--with-login"])
      yield* login.shown(/TMDB recommends approval in the browser[\s\S]*TMDB username/)
      yield* login.type("alex\r")
      yield* login.shown(/TMDB password/)
      yield* login.type("canary password of alex\r")
      const { code, screen } = yield* login.ended
      assert.strictEqual(code, 0, screen)
      assert.include(stripVTControlCharacters(screen), "Signed in to TMDB as alex.")
    })
  )

  it.scopedLive(
    "given --qr, draws a code where there is room, and says what it needs where there is none",
    () =>
      Effect.gen(function* () {
        const harness = yield* makeHarness()
        for (const [columns, shows] of [
          [80, /▀▀▀▀▀[\s\S]*Waiting/],
          [24, /The QR code needs \d+ columns, and this terminal has 24\./]
        ] as const) {
          const login = yield* harness.terminal(["login", "--qr"], { columns })
          yield* login.shown(shows)
          yield* login.type(ctrlC)
          assert.strictEqual((yield* login.ended).code, 130)
        }
      })
  )

  /** Where it is interrupted, and what is there to see by then. */
  const stages: Readonly<Record<string, readonly [args: ReadonlyArray<string>, options: Options, RegExp]>> = {
    "at the hidden prompt": [["login"], withoutCredential, /Paste the API/],
    "at the username": [["login", "--with-login"], {}, /TMDB username/],
    "during the wait": [["login", "--no-browser"], {}, /Waiting for approval/]
  }
  for (const [name, [args, options, shown]] of Object.entries(stages)) {
    it.scopedLive(`given Ctrl-C ${name}, ends with exit code 130, and leaves nothing behind`, () =>
      Effect.gen(function* () {
        const harness = yield* makeHarness()
        const login = yield* harness.terminal(args, options)
        yield* login.shown(shown)
        yield* login.type(ctrlC)
        const { code, screen } = yield* login.ended
        assert.strictEqual(code, 130, screen)
        assertCursorIsBack(screen)
        assert.strictEqual(harness.tmdb.inspect().held.sessions, 0)
        const file = join(harness.folder, "config", "sessions.json")
        assert.notInclude(existsSync(file) ? readFileSync(file, "utf8") : "", "sessionId")
      })
    )
  }

  it.scopedLive("given Ctrl-C once TMDB gave the session, ends the session again", () =>
    Effect.gen(function* () {
      const harness = yield* makeHarness({
        faults: [{ fault: "slowAnswer", delay: "10 seconds", endpoint: "GET /3/account" }]
      })
      const login = yield* harness.start(["login", "--no-browser"])
      const [, url = ""] = yield* login.shown(/(http:\/\/\S+\/authenticate\/\S+)\s/)
      yield* Effect.promise(() => decide(url).catch(() => ""))
      yield* asked(harness, "GET /3/account")
      yield* login.signal("SIGINT")
      const { code, stderr } = yield* login.ended
      assert.strictEqual(code, 130)
      assert.include(stderr, "The session was not stored, so it was ended at TMDB.")
      assert.strictEqual(harness.tmdb.inspect().held.sessions, 0)
    })
  )

  it.scopedLive("given a terminal that goes away, ends by itself", () =>
    Effect.gen(function* () {
      const harness = yield* makeHarness()
      const login = yield* harness.terminal(["login", "--no-browser"])
      yield* login.shown(/Waiting for approval/)
      yield* login.hangUp
      assert.strictEqual((yield* login.ended).code, 129)
    })
  )
})

/** Waits until the sandbox has been asked for something. */
const asked = (harness: Harness, endpoint: string): Effect.Effect<void> =>
  Effect.suspend(() =>
    (harness.tmdb.inspect().requests[endpoint] ?? 0) > 0
      ? Effect.void
      : Effect.zipRight(
          Effect.promise(() => new Promise((resolve) => setImmediate(resolve))),
          asked(harness, endpoint)
        )
  )

describe("the look", () => {
  it.scopedLive("has colours on a terminal alone, unless told otherwise, and fits a narrow one", () =>
    Effect.gen(function* () {
      const harness = yield* makeHarness()
      yield* harness.signIn()
      const inTerminal = (options: Options) =>
        Effect.flatMap(harness.terminal(["status"], options), ({ ended }) => ended)
      const narrow = yield* inTerminal({ columns: 40 })
      assert.include(narrow.screen, `${escape}[32m✓`)
      const plain = yield* inTerminal({ columns: 40, env: { NO_COLOR: "1" } })
      assert.notInclude(plain.screen.replaceAll(`${escape}[?25h`, ""), escape)
      const ascii = yield* inTerminal({ env: { LANG: "C" } })
      assert.include(stripVTControlCharacters(ascii.screen), "ok default, filmfan")
      const piped = yield* harness.run(["status"])
      assert.notInclude(piped.stdout, escape)
      const forced = yield* harness.run(["status"], { env: { FORCE_COLOR: "1" } })
      assert.include(forced.stdout, escape)
      const screen = masked(harness, stripVTControlCharacters(narrow.screen).replaceAll("\r\n", "\n"))
      yield* Effect.promise(() => expect(screen).toMatchFileSnapshot("transcripts/status-in-40-columns.txt"))
      assert.include(kept(harness), "filmfan")
    })
  )
})
