/** The completion scripts in the shells themselves, and what else is made from the command tree. */
import { execFileSync, spawnSync } from "node:child_process"
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { stripVTControlCharacters } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import * as pty from "@lydell/node-pty"
import * as Effect from "effect/Effect"
import { command, type Place, place } from "./Place.js"

const needed = (shell: string): string => {
  const found = spawnSync("which", [shell], { encoding: "utf8" }).stdout.trim()
  if (found !== "") return found
  if (process.getuid?.() === 0) {
    spawnSync("apt-get", ["update", "-qq"])
    spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", shell])
    const installed = spawnSync("which", [shell], { encoding: "utf8" }).stdout.trim()
    if (installed !== "") return installed
  }
  throw new Error(`${shell} is needed to test its completions: sudo apt-get install ${shell}`)
}

/** `tmdb-session` as the shell finds it, and what the shell is started with. */
const surroundings = (there: Place) => {
  const bin = join(there.folder, "bin")
  mkdirSync(bin, { recursive: true })
  const path = join(bin, "tmdb-session")
  writeFileSync(path, `#!/bin/sh\nexec '${process.execPath}' '${command}' "$@"\n`)
  chmodSync(path, 0o755)
  return {
    PATH: `${bin}:${process.env["PATH"]}`,
    HOME: there.folder,
    LANG: "C.UTF-8",
    TERM: "dumb",
    TMDB_API_URL: there.tmdb.apiUrl,
    TMDB_WEB_URL: there.tmdb.webUrl,
    TMDB_SESSION_CONFIG_DIR: join(there.folder, "config")
  }
}

/** What is typed, and what is offered for it. */
const questions: ReadonlyArray<readonly [typed: string, offered: ReadonlyArray<string>]> = [
  ["tmdb-session sta", ["status"]],
  ["tmdb-session login --with-", ["--with-login", "--with-token"]],
  ["tmdb-session whoami --profile ", ["default", "work"]],
  ["tmdb-session switch w", ["work"]],
  ["tmdb-session completions ", ["bash", "zsh", "fish"]],
  ["tmdb-session api -X D", ["DELETE"]]
]

type Complete = (typed: string, env: Record<string, string>) => Effect.Effect<ReadonlyArray<string>>

const words = (text: string): ReadonlyArray<string> => text.split(/\s+/).filter((word) => word !== "")

/** Readline's own function is called, as it calls it. */
const bash: Complete = (typed, env) =>
  Effect.sync(() => {
    const script = `eval "$(tmdb-session completions bash)"
      COMP_WORDS=(${typed}${typed.endsWith(" ") ? ' ""' : ""})
      COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 ))
      _tmdb_session && printf '%s\\n' "\${COMPREPLY[@]}"`
    return words(execFileSync(needed("bash"), ["--norc", "-c", script], { env, encoding: "utf8" }))
  })

const fish: Complete = (typed, env) =>
  Effect.sync(() => {
    const script = `tmdb-session completions fish | source; complete -C ${JSON.stringify(typed)}`
    const printed = execFileSync(needed("fish"), ["--no-config", "-c", script], { env, encoding: "utf8" })
    return printed.split("\n").flatMap((line) => words(line.split("\t")[0] ?? ""))
  })

/** What zsh would offer is told by the function that is handed it, and the shell ends when there is no more. */
const zshSettings = `
autoload -Uz compinit && compinit -u -D
eval "$(tmdb-session completions zsh)"
compadd() {
  if [[ \${@[1,(i)(-|--)]} != *-(O|A|D)\\ * ]]; then
    local -a offered
    builtin compadd -A offered "$@"
    print -rl -- "OFFERED:"$^offered
  fi
  builtin compadd "$@"
}
finish() { print -r -- FINISHED; exit }
comppostfuncs=(finish)
bindkey "^I" complete-word
PS1="READY> "
`

/** zsh completes nowhere but at a terminal. */
const zsh: Complete = (typed, env) =>
  Effect.async((resume) => {
    const settings = join(env["HOME"] ?? "", ".zshrc")
    writeFileSync(settings, zshSettings)
    const child = pty.spawn(needed("zsh"), ["-d", "-i"], { cols: 200, rows: 50, env })
    let screen = ""
    let asked = false
    child.onData((text) => {
      screen += text
      const plain = stripVTControlCharacters(screen)
      if (!asked && plain.includes("READY> ")) {
        asked = true
        child.write(`${typed}\t`)
      }
    })
    child.onExit(() => {
      const plain = stripVTControlCharacters(screen)
      resume(Effect.succeed([...plain.matchAll(/OFFERED:(\S+)/g)].map(([, offered = ""]) => offered)))
    })
  })

describe("completions", () => {
  for (const [shell, complete] of Object.entries({ bash, zsh, fish })) {
    it.scopedLive(`in ${shell}, offer commands, options, choices and the profiles there are`, () =>
      Effect.gen(function* () {
        const there = yield* place()
        yield* there.signIn()
        yield* there.signIn(["--profile", "work"])
        const env = surroundings(there)
        for (const [typed, offered] of questions) {
          const answer = yield* complete(typed, env)
          assert.includeMembers([...answer], [...offered], `${shell}: ${typed} offered ${answer.join(" ")}`)
        }
        const [, , [typed = ""] = []] = questions
        assert.notInclude(yield* complete(typed, env), "status")
      })
    )
  }
})

const dist = dirname(command)

describe("what is made from the command tree", () => {
  it.scopedLive("help has an example for every command, and the manual has them all", () =>
    Effect.gen(function* () {
      const there = yield* place()
      const { stdout } = yield* there.run(["--help"])
      const names = [...stdout.matchAll(/^ {2}([a-z-]+) .*/gm)].flatMap(([, name = ""]) => name)
      const commands = names.filter((name) => name !== "help")
      assert.includeMembers(commands, ["login", "status", "api", "completions"])
      const manual = readFileSync(join(dist, "tmdb-session.1"), "utf8").replaceAll("\\-", "-")
      for (const name of commands) assert.include(manual, `.SS "${name} `)
      const helps = yield* Effect.forEach(commands, (name) => there.run([name, "--help"]), { concurrency: 2 })
      for (const [index, help] of helps.entries()) {
        assert.deepStrictEqual([help.code, help.stderr], [0, ""])
        assert.match(help.stdout, new RegExp(`Examples:[^]*tmdb-session ${commands[index]}`))
      }
      const version = yield* there.run(["--version"])
      assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/)
    })
  )

  it("help and version are answered without Effect, and nothing is left to be installed", () => {
    /** What is loaded with a file before anything is asked for. */
    const loaded = (file: string, seen = new Set<string>()): ReadonlySet<string> => {
      if (seen.has(file)) return seen
      seen.add(file)
      const text = readFileSync(file, "utf8")
      for (const [, path = ""] of text.matchAll(/(?:from|import)"(\.[^"]+)"/g))
        loaded(join(dirname(file), path), seen)
      return seen
    }
    const chunks = join(dist, "chunks")
    const parse = readdirSync(chunks).find((name) => name.startsWith("Parse-") && name.endsWith(".js")) ?? ""
    const text = [...loaded(command), ...loaded(join(chunks, parse))]
      .map((file) => readFileSync(file, "utf8"))
      .join("")
    assert.notInclude(text, "effect/Effect")
    assert.isBelow(text.length, 100_000)
    const all = readdirSync(chunks).map((name) => readFileSync(join(chunks, name), "utf8"))
    const bare = all.flatMap((one) =>
      [...one.matchAll(/(?:from|import\(|import)"([^."][^"]*)"/g)].map(([, name]) => name)
    )
    assert.isEmpty(bare.filter((name) => !name?.startsWith("node:")))
    assert.isTrue(existsSync(join(dist, "tmdb-session.1")))
  })
})
