/** What an install brings: packages, bytes and scripts, and how many seconds it takes. */
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { publicPackages } from "../../../scripts/packages.mjs"
import { run as runProgram } from "../../../scripts/processes.mjs"
import { root } from "../../../scripts/setUp.mjs"
import { megabytes, spread } from "../report/format.mjs"
import { rotated, summary } from "../report/statistics.mjs"
import { versionOf } from "../report/surroundings.mjs"

const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))

const theirs = ["moviedb-promise", "@lorenzopant/tmdb", "tmdb-js-web", "node-themoviedb"]

/**
 * Installs packages into a folder of their own with npm, as a new user would. It runs no install script.
 *
 * @param {string} folder made if it does not exist
 * @param {ReadonlyArray<string>} packages in the form that npm takes
 * @param {string} [cache] npm's own unless given
 * @returns {Promise<number>} how long it took, in milliseconds
 */
export const installInto = async (folder, packages, cache) => {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "stranger", private: true }))
  const quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline", "--loglevel=error"]
  const started = performance.now()
  await runProgram("npm", ["install", ...quiet, ...(cache ? ["--cache", cache] : []), ...packages], {
    cwd: folder,
    env: { ...process.env, npm_config_update_notifier: "false" },
    seconds: 300
  })
  return performance.now() - started
}

const bytesIn = (path) => {
  const found = lstatSync(path)
  if (!found.isDirectory()) return found.size
  return readdirSync(path).reduce((sum, name) => sum + bytesIn(join(path, name)), 0)
}

const weigh = (folder) => {
  const modules = join(folder, "node_modules")
  const { packages } = JSON.parse(readFileSync(join(modules, ".package-lock.json"), "utf8"))
  const installed = Object.entries(packages)
  return {
    packages: installed.length,
    bytes: bytesIn(modules),
    scripts: installed
      .filter(([, { hasInstallScript }]) => hasInstallScript)
      .map(([path]) => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length))
  }
}

/** Packs our packages as for a registry, and returns the files by name. */
const pack = async (folder) => {
  mkdirSync(folder, { recursive: true })
  const packages = publicPackages(root)
  const args = [
    "-r",
    ...packages.map(({ name }) => `--filter=${name}`),
    "pack",
    "--pack-destination",
    folder,
    "--json"
  ]
  const listed = await runProgram("npx", ["--yes", packageManager, ...args], { cwd: root, env: process.env })
  return { packages, files: new Map(JSON.parse(listed).map(({ filename, name }) => [name, filename])) }
}

/** The file of a package, and those of our packages that it needs, since no registry has them yet. */
const withOurs = (name, { files, packages }) => {
  const { manifest } = packages.find((one) => one.name === name)
  const needed = Object.keys(manifest.dependencies ?? {}).filter((dependency) => files.has(dependency))
  return [...needed.flatMap((dependency) => withOurs(dependency, { files, packages })), files.get(name)]
}

const contestants = (packed, quick) => {
  const ours = quick ? ["@tmdb-session/node", "tmdb-session"] : packed.packages.map(({ name }) => name)
  return [
    ...ours.map((name) => ({ label: name, ours: true, packages: withOurs(name, packed) })),
    ...(quick ? [] : theirs).map((name) => ({
      label: `${name} ${versionOf(name)}`,
      ours: false,
      packages: [`${name}@${versionOf(name)}`]
    }))
  ]
}

const measure = async (run, folder) => {
  const packed = await pack(join(folder, "packed"))
  const all = contestants(packed, run.quick).map((one) => ({ ...one, times: [], weight: undefined }))
  // A cache of its own, filled by a first install of each, so that the times do not include the network.
  const cache = run.quick ? undefined : join(folder, "cache")
  const rounds = run.quick ? 0 : (run.rounds ?? 3)
  const place = (one, round) => join(folder, one.label.replace(/\W+/g, "-"), String(round))
  for (const one of all) {
    run.say(`installing ${one.label}`)
    await installInto(place(one, 0), one.packages, cache)
    one.weight = weigh(place(one, 0))
  }
  for (let round = 1; round <= rounds; round += 1) {
    run.say(`round ${round} of ${rounds}`)
    for (const one of rotated(all, round)) {
      one.times.push((await installInto(place(one, round), one.packages, cache)) / 1000)
      rmSync(place(one, round), { recursive: true, force: true })
    }
  }
  return all.map(({ label, ours, times, weight }) => ({
    label,
    ours,
    ...weight,
    seconds: times.length === 0 ? undefined : summary(times)
  }))
}

/** @type {import("../report/page.mjs").Measurement} */
export const install = {
  name: "install",
  title: "Installing",
  measure: async (run) => {
    const folder = mkdtempSync(join(tmpdir(), "tmdb-session-bench-"))
    try {
      const figures = await measure(run, folder)
      return {
        about: [
          "Each package is installed by npm into an empty folder, ours from the tarball that would be published. npm adds the peers: nearly all of our libraries' megabytes are Effect's.",
          "Seconds are with a filled cache. An install script is one that npm would run. msgpackr-extract is an optional dependency that comes with @effect/platform."
        ],
        tables: [
          {
            title: "What an install brings",
            columns: ["Package", "packages", "size", "seconds", "install scripts"],
            rows: figures.map(({ bytes, label, packages, scripts, seconds }) => [
              label,
              String(packages),
              megabytes(bytes),
              seconds === undefined ? "–" : spread(seconds),
              scripts.length === 0 ? "none" : scripts.join(", ")
            ])
          }
        ],
        plots: [],
        checks: figures
          .filter(({ ours }) => ours)
          .map(({ label, scripts }) => ({
            what: `${label} installs, and nothing of ours has an install script`,
            passed: scripts.every((name) => !/^(@tmdb-session\/.+|tmdb-session)$/.test(name)),
            seen: scripts.join(", ")
          })),
        data: figures
      }
    } finally {
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
    }
  }
}
