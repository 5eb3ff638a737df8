/**
 * `npm run bench`: measures this project beside the clients that people use. It
 * prints tables. A whole run also writes the page in the documents, its plots,
 * and the figures as JSON. `--quick` is the short run for CI, which checks sizes
 * and only reports times. `--only node,browser` runs some of the measurements,
 * `--rounds 3` sets the number of rounds.
 */
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { behaviour } from "./measurements/behaviour.mjs"
import { browser } from "./measurements/browser.mjs"
import { command } from "./measurements/command.mjs"
import { install } from "./measurements/install.mjs"
import { node } from "./measurements/node.mjs"
import { signIn } from "./measurements/signIn.mjs"
import { types } from "./measurements/types.mjs"
import { seconds } from "./report/format.mjs"
import { page } from "./report/page.mjs"
import { svg } from "./report/plot.mjs"
import { surroundings } from "./report/surroundings.mjs"
import { terminal } from "./report/table.mjs"

const measurements = [behaviour, node, signIn, browser, command, install, types]

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string", default: measurements.map(({ name }) => name).join(",") },
    output: { type: "string" },
    rounds: { type: "string" }
  }
})

const rounds = options.rounds === undefined ? undefined : Number(options.rounds)
if (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0)) {
  console.error("--rounds must be a whole number of at least 1")
  process.exit(2)
}

const here = fileURLToPath(new URL(".", import.meta.url))
const chosen = options.only.split(",")
const unknown = chosen.filter((name) => measurements.every((one) => one.name !== name))
if (unknown.length > 0) {
  console.error(
    `There is no measurement named ${unknown.join(", ")}. Choose from ${measurements.map(({ name }) => name).join(", ")}`
  )
  process.exit(2)
}

/** Only a whole run may change the documents. */
const isWhole = !options.quick && options.rounds === undefined && chosen.length === measurements.length
const output = options.output ?? (isWhole ? join(here, "../../docs") : join(here, "build"))

/** A measurement that fails is reported and counted, and the others go on. */
const carryOut = async (/** @type {import("./report/page.mjs").Measurement} */ { measure, name, title }) => {
  const started = Date.now()
  const say = (/** @type {string} */ what) => console.error(`${name}: ${what}`)
  try {
    const result = await measure({ quick: options.quick, rounds, say })
    console.log(`\n━━ ${title} (${seconds(Date.now() - started)})\n`)
    for (const table of result.tables) console.log(`${terminal(table, process.stdout.columns)}\n`)
    return { name, title, result }
  } catch (error) {
    console.log(`\n━━ ${title}\n\n${error instanceof Error ? error.stack : error}\n`)
    const checks = [{ what: `${title} can be measured`, passed: false }]
    return {
      name,
      title,
      result: { about: ["It could not be measured."], tables: [], plots: [], checks, data: null }
    }
  }
}

const where = surroundings(["npm run bench", ...(options.quick ? ["-- --quick"] : [])].join(" "))
const sections = []
for (const measurement of measurements)
  if (chosen.includes(measurement.name)) sections.push(await carryOut(measurement))

mkdirSync(join(output, "images"), { recursive: true })
for (const { result } of sections)
  for (const plot of result.plots) writeFileSync(join(output, `images/bench-${plot.name}.svg`), svg(plot))
writeFileSync(join(output, "bench.md"), page(where, sections))
const data = Object.fromEntries(sections.map(({ name, result }) => [name, result.data]))
writeFileSync(join(output, "bench.json"), `${JSON.stringify({ ...where, ...data }, null, 2)}\n`)
console.log(`Written to ${output}: bench.md, bench.json, images/bench-*.svg\n`)

const checks = sections.flatMap(({ result }) => result.checks)
for (const { passed, seen, what } of checks) if (!passed) console.log(`✗ ${what}${seen ? `: ${seen}` : ""}`)
const failed = checks.filter(({ passed }) => !passed).length
console.log(`${checks.length - failed} passed, ${failed} failed`)
process.exit(failed === 0 && checks.length > 0 ? 0 : 1)
