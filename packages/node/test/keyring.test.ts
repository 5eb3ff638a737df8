/** Sessions in the system's keyring: in a real one, and where there is none. */
import { execFileSync } from "node:child_process"
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, beforeAll, describe, it } from "@effect/vitest"
import { temporaryFolder } from "@tmdb-session/testing/Folder"
import * as Effect from "effect/Effect"
import { type Options, program, run } from "./Child.js"

const needed = ["gnome-keyring-daemon", "dbus-run-session"]
const install = "apt-get install -y --no-install-recommends gnome-keyring dbus"

const isThere = (command: string): boolean =>
  (process.env["PATH"] ?? "").split(":").some((folder) => existsSync(join(folder, command)))

/** They are Debian's packages: installed where that is allowed, and asked for where it is not. */
const provide = (): void => {
  if (needed.every(isThere)) return
  const root = process.geteuid?.() === 0
  const command = root ? install : `sudo -n ${install}`
  if (root || process.env["CI"] === "true") {
    const prefix = root ? "" : "sudo -n "
    execFileSync("sh", ["-c", `${prefix}apt-get update -qq; DEBIAN_FRONTEND=noninteractive ${command}`], {
      stdio: "ignore"
    })
  }
  if (!needed.every(isThere)) throw new Error(`The keyring cannot be tried. Install it: sudo ${install}`)
}

const keyring = program("keyring")
beforeAll(provide, 300_000)

interface Told {
  readonly value?: unknown
  readonly error?: unknown
  readonly message: string
  readonly milliseconds: number
}

const told = (command: string, args: ReadonlyArray<string>, options: Options) =>
  Effect.map(run(command, args, options), ({ stderr, stdout }): Told => {
    // What the daemon says of itself goes there too.
    if (stdout === "") throw new Error(`It said nothing: ${stderr}`)
    return JSON.parse(stdout)
  })

/** Without a session bus, nor a place where one would be looked for. */
const withoutBus = (home: string) => ({ HOME: home, XDG_CONFIG_HOME: join(home, "config") })

const alone = (plan: string, home: string, file = keyring()) =>
  told(process.execPath, [file, "3000", plan], { env: withoutBus(home) })

/** On a session bus of its own, after a command that starts a keyring. */
const onBus = (
  before: string,
  plan: string,
  home: string,
  timeout = "10000",
  ...bus: ReadonlyArray<string>
) =>
  told(
    "dbus-run-session",
    [...bus, "--", "sh", "-c", `${before}\n"$@"`, "sh", process.execPath, keyring(), timeout, plan],
    { env: { ...withoutBus(home), XDG_RUNTIME_DIR: home, XDG_DATA_HOME: join(home, "data") } }
  )

const daemon = "gnome-keyring-daemon --components=secrets"
const unlocked = `printf secret | ${daemon} --unlock >/dev/null 2>&1`
const locked = `${daemon} --start >/dev/null 2>&1`

/** A bus starts what it is asked for by itself, unless it is told of no services. */
const busWith = (policy: string) => `<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <policy context="default">${policy}</policy>
</busconfig>`
const plainBus = busWith('<allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/>')
const silentBus = busWith('<allow send_destination="*"/><deny receive_sender="*"/><allow own="*"/>')

const busOf = (home: string, configuration: string): string => {
  const file = join(home, "bus.conf")
  writeFileSync(file, configuration)
  return `--config-file=${file}`
}

const isUnavailable = ({ error, message }: Told, says: string) => {
  assert.deepInclude(error, { _tag: "SessionStoreError", reason: "unavailable" })
  assert.include(message, says)
}

describe("given a keyring that is unlocked", () => {
  it.scopedLive("sessions are kept in it, by profile, apart from those of other apps", () =>
    Effect.gen(function* () {
      const home = yield* temporaryFolder
      const { message, value } = yield* onBus(unlocked, "use", home)
      assert.strictEqual(message, "")
      assert.deepStrictEqual(value, [
        ["default", "other"],
        { _id: "Option", _tag: "Some", value: 2 },
        ["other"],
        { _id: "Option", _tag: "None" },
        9,
        { _id: "Option", _tag: "Some", value: 9 }
      ])
      // Nothing is kept in a file: the app did not ask for that.
      assert.isFalse(existsSync(join(home, "config")))
    })
  )

  it.scopedLive("what NODE_OPTIONS loads into the app is not loaded beside the keyring, too", () =>
    Effect.gen(function* () {
      const home = yield* temporaryFolder
      const loads = join(home, "loads")
      const note = join(home, "note.cjs")
      writeFileSync(note, `require("node:fs").appendFileSync("${loads}", process.argv[1] + "\\n")`)
      const started = `${unlocked}\nexport NODE_OPTIONS='--require ${note}'`
      const { message, value } = yield* onBus(started, "save", home)
      assert.deepStrictEqual([message, value], ["", undefined])
      assert.strictEqual(readFileSync(loads, "utf8"), `${keyring()}\n`)
    })
  )
})

describe("given a keyring that is locked, and nobody to unlock it", () => {
  it.scopedLive("saving ends in time, in an error that says so", () =>
    Effect.gen(function* () {
      const home = yield* temporaryFolder
      const answer = yield* onBus(locked, "save", home, "1000")
      isUnavailable(answer, "The system's keyring")
      assert.isBelow(answer.milliseconds, 5_000)
    })
  )
})

describe("given a bus on which nothing answers", () => {
  for (const plan of ["open", "save"]) {
    it.scopedLive(`${plan} ends in time, and so does the process`, () =>
      Effect.gen(function* () {
        const home = yield* temporaryFolder
        const answer = yield* onBus("true", plan, home, "1000", busOf(home, silentBus))
        isUnavailable(answer, "The system's keyring does not answer")
        assert.isBelow(answer.milliseconds, 5_000)
      })
    )
  }
})

describe("given no keyring", () => {
  it.scopedLive("on a bus without one, the layer fails and says what to do", () =>
    Effect.gen(function* () {
      const home = yield* temporaryFolder
      const answer = yield* onBus("true", "open", home, "3000", busOf(home, plainBus))
      isUnavailable(answer, "a Secret Service such as gnome-keyring")
    })
  )

  it.scopedLive("and no bus, the layer fails and says what to do", () =>
    Effect.gen(function* () {
      const home = yield* temporaryFolder
      isUnavailable(yield* alone("open", home), "a Secret Service such as gnome-keyring")
      assert.isEmpty(readdirSync(home))
    })
  )

  it.scopedLive("and no package, the layer fails and says what to install", () =>
    Effect.gen(function* () {
      const home = yield* temporaryFolder
      const elsewhere = join(home, "keyring.mjs")
      copyFileSync(keyring(), elsewhere)
      isUnavailable(yield* alone("open", home, elsewhere), "npm install @napi-rs/keyring")
    })
  )

  it.scopedLive("sessions go to a file only for an app that says so", () =>
    Effect.gen(function* () {
      const home = yield* temporaryFolder
      assert.isUndefined((yield* alone("orFile", home)).error)
      assert.isTrue(existsSync(join(home, "config", "tmdb-session", "sessions.json")))
    })
  )
})
