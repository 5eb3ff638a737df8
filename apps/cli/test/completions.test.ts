/** The completion scripts in the shells themselves, and what else is made from the command tree. */
import { execFileSync, spawnSync } from "node:child_process"
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { stripVTControlCharacters } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import * as pty from "@lydell/node-pty"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { command, type Harness, makeHarness } from "./Harness.js"

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
const surroundings = (harness: Harness) => {
  const bin = join(harness.folder, "bin")
  mkdirSync(bin, { recursive: true })
  const path = join(bin, "tmdb-session")
  writeFileSync(path, `#!/bin/sh\nexec '${process.execPath}' '${command}' "$@"\n`)
  chmodSync(path, 0o755)
  return {
    PATH: `${bin}:${process.env["PATH"]}`,
    HOME: harness.folder,
    LANG: "C.UTF-8",
    TERM: "dumb",
    TMDB_API_URL: harness.tmdb.apiUrl,
    TMDB_WEB_URL: harness.tmdb.webUrl,
    TMDB_SESSION_CONFIG_DIR: join(harness.folder, "config")
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

/** What a shell offers for each of some beginnings of a command. */
type Complete = (
  typed: ReadonlyArray<string>,
  env: Record<string, string>
) => Effect.Effect<ReadonlyArray<ReadonlyArray<string>>, never, Scope.Scope>

const next = "---"

const lines = (printed: string): ReadonlyArray<ReadonlyArray<string>> =>
  printed
    .split(`${next}\n`)
    .slice(1)
    .map((part) => part.split("\n").flatMap((line) => line.split("\t")[0]?.trim() || []))

const output = (shell: string, args: ReadonlyArray<string>, env: Record<string, string>) =>
  Effect.sync(() => execFileSync(needed(shell), args, { env, encoding: "utf8" }))

/** Readline's own function is called, as it calls it. */
const bash: Complete = (typed, env) => {
  const script = typed.map(
    (line) => `echo ${next}; COMP_WORDS=(${line}${line.endsWith(" ") ? ' ""' : ""})
      COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 ))
      _tmdb_session; printf '%s\\n' "\${COMPREPLY[@]}"`
  )
  const load = 'eval "$(tmdb-session completions bash)"'
  return Effect.map(output("bash", ["--norc", "-c", [load, ...script].join("\n")], env), lines)
}

const fish: Complete = (typed, env) => {
  const script = typed.map((line) => `echo ${next}; complete -C ${JSON.stringify(line)}`)
  const load = "tmdb-session completions fish | source"
  return Effect.map(output("fish", ["--no-config", "-c", [load, ...script].join("\n")], env), lines)
}

/** What zsh would offer is told by the function that is handed it, and then that there is no more. */
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
finish() { print -r -- FINISHED }
complete-and-tell() { comppostfuncs=(finish); zle complete-word }
zle -N complete-and-tell
bindkey "^I" complete-and-tell
PS1="READY> "
`

/** zsh completes nowhere but at a terminal: one line after the other is begun there, completed and wiped out. */
const zsh: Complete = (typed, env) =>
  Effect.flatMap(
    Effect.acquireRelease(
      Effect.sync(() => {
        writeFileSync(join(env["HOME"] ?? "", ".zshrc"), zshSettings)
        return pty.spawn(needed("zsh"), ["-d", "-i"], { cols: 200, rows: 50, env })
      }),
      (child) => Effect.sync(() => child.kill("SIGKILL"))
    ),
    (child) =>
      Effect.async((resume) => {
        const wipeOut = "\u0015"
        let screen = ""
        let begun = 0
        child.onData((text) => {
          screen += text
          const answers = stripVTControlCharacters(screen).split("FINISHED").slice(0, -1)
          if (!screen.includes("READY> ") || answers.length < begun) return
          const line = typed[begun]
          begun += 1
          if (line !== undefined) return child.write(`${wipeOut}${line}\t`)
          const offers = (answer: string) =>
            [...answer.matchAll(/OFFERED:(\S+)/g)].map(([, word = ""]) => word)
          resume(Effect.succeed(answers.map(offers)))
        })
      })
  )

describe("completions", () => {
  for (const [shell, complete] of Object.entries({ bash, zsh, fish })) {
    it.scopedLive(`in ${shell}, offer commands, options, choices and the profiles there are`, () =>
      Effect.gen(function* () {
        const harness = yield* makeHarness()
        yield* harness.signIn()
        yield* harness.signIn(["--profile", "work"])
        const typed = questions.map(([line]) => line)
        const answers = yield* complete(typed, surroundings(harness))
        for (const [index, [line, offered]] of questions.entries()) {
          const answer = answers[index] ?? []
          assert.includeMembers([...answer], [...offered], `${line} offered ${answer.join(" ")}`)
        }
        assert.sameMembers([...(answers[3] ?? [])], ["work"])
      })
    )
  }
})

const dist = dirname(command)

describe("what is made from the command tree", () => {
  it.scopedLive("help has an example for every command, and the manual has them all", () =>
    Effect.gen(function* () {
      const harness = yield* makeHarness()
      const { stdout } = yield* harness.run(["--help"])
      const names = [...stdout.matchAll(/^ {2}([a-z-]+) .*/gm)].flatMap(([, name = ""]) => name)
      const commands = names.filter((name) => name !== "help")
      assert.includeMembers(commands, ["login", "status", "api", "completions"])
      const manual = readFileSync(join(dist, "tmdb-session.1"), "utf8").replaceAll("\\-", "-")
      for (const name of commands) assert.include(manual, `.SS "${name} `)
      const helps = yield* Effect.forEach(commands, (name) => harness.run([name, "--help"]), {
        concurrency: 2
      })
      for (const [index, help] of helps.entries()) {
        assert.deepStrictEqual([help.code, help.stderr], [0, ""])
        assert.match(help.stdout, new RegExp(`Examples:[^]*tmdb-session ${commands[index]}`))
      }
      const version = yield* harness.run(["--version"])
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
