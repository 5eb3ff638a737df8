/**
 * `npm test`: sets up, builds, checks types, lints, and runs every test of every
 * package. No test result comes from a cache. The last line counts the tests.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { count, summarize } from "./report.mjs"
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
const hasFailedTests = counts.some(({ failed }) => failed > 0)
for (const step of failedSteps) {
  // If tests failed, they are already counted, and so is the failure of this step.
  const failed = step === "tests" && hasFailedTests ? 0 : 1
  counts.push({ passed: 0, failed, problem: `Failed: ${step}` })
}
summarize(counts)
