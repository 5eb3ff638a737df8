/**
 * `npm run test:world`: runs the tests that need other people's frameworks,
 * runtimes, servers or browsers. Each folder of `packages/conformance/world`
 * installs what it needs by its own lock file, and is tested by itself. The last
 * line counts what ran.
 */
import { readdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { count, summarize } from "./report.mjs"
import { pnpm, root, run, setUp } from "./setUp.mjs"

const conformance = join(root, "packages/conformance")
const world = join(conformance, "world")
const folders = readdirSync(world, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "node_modules")
  .map(({ name }) => name)

const failure = (problem) => ({ passed: 0, failed: 1, problem })

const test = (name) => {
  const folder = join(world, name)
  const install = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
  if (run("npm", install, { cwd: folder }) !== 0)
    return failure(`${name}: its packages could not be installed`)
  const report = join(folder, "test-report.json")
  rmSync(report, { force: true })
  const config = join(world, "vitest.config.ts")
  run("npx", ["vitest", "run", "--config", config, "--root", folder], { cwd: conformance })
  return count(report)
}

setUp()
if (pnpm(["turbo", "run", "build", "--filter=@tmdb-session/conformance^..."]) !== 0) process.exit(1)
const counts = folders.map(test)
// The types of what is tested are known once all is installed.
if (run("npx", ["tsc", "-p", join(world, "tsconfig.json")], { cwd: conformance }) !== 0)
  counts.push(failure("The types of the tests are wrong"))
summarize(counts)
