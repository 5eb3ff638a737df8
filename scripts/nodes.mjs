/**
 * `npm run test:nodes`: runs the tests that depend on Node (the adapter, the
 * suite over it, and parts of the command) on each supported line of Node, the
 * oldest first. The last line counts the tests.
 */
import { spawn, spawnSync } from "node:child_process"
import { existsSync, mkdirSync, rmSync } from "node:fs"
import { createRequire } from "node:module"
import { delimiter, dirname, join } from "node:path"
import { count, summarize } from "./report.mjs"
import { pnpm, root, run, setUp } from "./setUp.mjs"

/** The oldest version that `engines` allows, and one of each later line. */
const versions = ["20.18.1", "22.23.3", "24.21.0", "26.10.0"]

/** The tests that run on each: only those that depend on Node. */
const tests = [
  "packages/node/test",
  "packages/conformance/test/node.test.ts",
  "packages/conformance/test/signIn.test.ts",
  "apps/cli/test/compileCache.test.ts",
  "apps/cli/test/eachCommand.test.ts"
]

const cache = join(root, "node_modules/.cache/nodes")

/** Installs this Node from the npm registry, for this machine. */
const install = (version) => {
  const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`
  const folder = join(cache, version)
  const node = join(folder, "node_modules", name, "bin", process.platform === "win32" ? "node.exe" : "node")
  if (existsSync(node)) return node
  mkdirSync(folder, { recursive: true })
  const flags = [
    "--prefix",
    folder,
    "--no-save",
    "--no-package-lock",
    "--no-audit",
    "--no-fund",
    "--ignore-scripts",
    "--silent"
  ]
  const status = run("npm", ["install", ...flags, `${name}@${version}`], { cwd: folder })
  if (status === 0 && existsSync(node)) return node
  console.error(`Node ${version} could not be installed (npm install ${name}@${version}).`)
  return undefined
}

const vitest = () =>
  join(dirname(createRequire(join(root, "package.json")).resolve("vitest/package.json")), "vitest.mjs")

/** Runs the tests on one Node, and shows their output at the end. The report says which of them passed. */
const test = (version, node) => {
  const report = join(cache, `${version}.json`)
  rmSync(report, { force: true })
  const args = [
    "run",
    "--config",
    join(root, "scripts/nodes.vitest.config.ts"),
    `--outputFile.json=${report}`,
    ...tests
  ]
  const child = spawn(node, [vitest(), ...args], {
    cwd: root,
    env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` },
    stdio: ["ignore", "pipe", "pipe"]
  })
  const printed = []
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => printed.push(chunk))
  return new Promise((resolve) => {
    child.once("close", () => {
      console.error(`Node ${version}\n${Buffer.concat(printed)}`)
      resolve(count(report))
    })
  })
}

const missing = { passed: 0, failed: 1, problem: undefined }

setUp()
if (pnpm(["turbo", "run", "build", "--filter=@tmdb-session/conformance^...", "--filter=tmdb-session"]) !== 0)
  process.exit(1)

const onVersion = (version) => {
  const node = install(version)
  if (node === undefined) return missing
  const says = spawnSync(node, ["--version"], { encoding: "utf8" }).stdout?.trim()
  if (says !== `v${version}`) return { ...missing, problem: `Node ${version} says that it is ${says}` }
  return test(version, node)
}

// Two at a time, since the tests spend much of their time waiting.
const counts = []
for (let first = 0; first < versions.length; first += 2) {
  counts.push(...(await Promise.all(versions.slice(first, first + 2).map(onVersion))))
}

summarize(counts)
