/** What a file that uses a client costs the compiler. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { run as runProgram } from "../../../scripts/processes.mjs"
import { count, megabytes, spread } from "../report/format.mjs"
import { rotated, summary } from "../report/statistics.mjs"
import { versionOf } from "../report/surroundings.mjs"

const here = fileURLToPath(new URL("..", import.meta.url))

const files = [
  { name: "empty", label: "an empty file" },
  { name: "floor", label: "the floor: Effect, HttpClient, Schema" },
  { name: "tmdbSession", label: "tmdb-session, Effect", ours: true },
  { name: "tmdbSessionPromise", label: "tmdb-session, Promise", ours: true },
  { name: "lorenzopant", label: "@lorenzopant/tmdb" },
  { name: "tmdbJsWeb", label: "tmdb-js-web" },
  { name: "moviedbPromise", label: "moviedb-promise" }
]

/**
 * @param {string} text what `tsc --extendedDiagnostics` prints
 * @param {string} name the name of a line
 * @returns {number} the number in it, without the unit
 */
const diagnostic = (text, name) => {
  const found = new RegExp(`^${name}:\\s+([\\d.]+)`, "m").exec(text)
  if (found === null) throw new Error(`The compiler printed no line named ${name}`)
  return Number(found[1])
}

const check = async (folder, { name }) => {
  const project = join(folder, `${name}.json`)
  const settings = { extends: join(here, "types/tsconfig.json"), files: [join(here, `types/${name}.ts`)] }
  writeFileSync(project, JSON.stringify(settings))
  const tsc = join(here, "node_modules/typescript/bin/tsc")
  const text = await runProgram(process.execPath, [tsc, "--extendedDiagnostics", "-p", project], {
    cwd: here,
    env: process.env
  })
  return {
    files: diagnostic(text, "Files"),
    instantiations: diagnostic(text, "Instantiations"),
    memory: diagnostic(text, "Memory used") * 1000,
    seconds: diagnostic(text, "Total time")
  }
}

const measure = async (run, folder) => {
  const rounds = run.rounds ?? (run.quick ? 1 : 7)
  const all = files.map((file) => ({ ...file, rounds: [] }))
  for (let round = 0; round < rounds; round += 1) {
    run.say(`round ${round + 1} of ${rounds}`)
    for (const file of rotated(all, round)) file.rounds.push(await check(folder, file))
  }
  return all.map(({ label, ours = false, rounds }) => ({
    label,
    ours,
    files: rounds[0].files,
    instantiations: rounds[0].instantiations,
    memory: rounds[0].memory,
    seconds: summary(rounds.map(({ seconds }) => seconds))
  }))
}

/** @type {import("../report/page.mjs").Measurement} */
export const types = {
  name: "types",
  title: "Type-checking",
  measure: async (run) => {
    const folder = mkdtempSync(join(tmpdir(), "tmdb-session-bench-"))
    try {
      const figures = await measure(run, folder)
      return {
        about: [
          `One file that signs somebody in, checked by TypeScript ${versionOf("typescript")} with skipLibCheck, as most projects have it.`
        ],
        tables: [
          {
            title: "What the compiler does for it",
            columns: ["File", "files read", "instantiations", "memory", "seconds"],
            rows: figures.map(({ files, instantiations, label, memory, seconds }) => [
              label,
              count(files),
              count(instantiations),
              megabytes(memory),
              spread(seconds)
            ])
          }
        ],
        plots: [],
        checks: figures.map(({ label }) => ({ what: `${label} has no type error`, passed: true })),
        data: figures
      }
    } finally {
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
    }
  }
}
