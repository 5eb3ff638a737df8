/**
 * `npm test`: sets up, builds, checks types, lints, and runs every test of
 * every package, none from a cache. The last line counts what ran.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { count } from "./report.mjs"
import { pnpm, root, setUp } from "./setUp.mjs"

const packages = ["packages", "apps"].flatMap((folder) =>
  readdirSync(root + folder).map((name) => `${root}${folder}/${name}`)
)

const hasTests = (folder) => {
  const manifest = `${folder}/package.json`
  return existsSync(manifest) && JSON.parse(readFileSync(manifest, "utf8")).scripts?.test !== undefined
}

const reportOf = (folder) => `${folder}/test-report.json`

setUp()
const tested = packages.filter(hasTests)
for (const folder of tested) rmSync(reportOf(folder), { force: true })

const steps = [
  ["build", () => pnpm(["turbo", "run", "build"])],
  ["types", () => pnpm(["turbo", "run", "check"])],
  ["lint", () => pnpm(["run", "lint"])],
  ["tests", () => pnpm(["turbo", "run", "test", "--continue", "--concurrency=1"])]
]
const failedSteps = steps.filter(([, step]) => step() !== 0).map(([name]) => name)

const counts = tested.map(reportOf).map(count)
for (const { problem } of counts) if (problem !== undefined) console.error(problem)
for (const step of failedSteps) console.error(`Failed: ${step}`)

const passed = counts.reduce((sum, one) => sum + one.passed, 0)
const failedTests = counts.reduce((sum, one) => sum + one.failed, 0)
// The step that ran the tests failed because of what is counted already.
const failed = failedTests + failedSteps.filter((step) => step !== "tests" || failedTests === 0).length
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1
