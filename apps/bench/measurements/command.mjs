/** How long a start of the command takes, compared with a Node that does nothing. */
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { homedir, tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { startChild } from "../children/child.mjs"
import { spread } from "../report/format.mjs"
import { ratio, rotated, summary } from "../report/statistics.mjs"
import { installInto } from "./install.mjs"

const program = fileURLToPath(new URL("../../cli/dist/main.js", import.meta.url))

/** The arguments of each start. `status` and `whoami` ask the sandbox about a session. */
const ours = ["--version", "--help", "status", "whoami"]

/** A newer Node, which can keep compiled code. It is used too if this process runs on an older one. */
const newerNode = { name: `node-${process.platform}-${process.arch}`, version: "22.23.3" }

/** A command in JavaScript that many people use. */
const wrangler = { name: "wrangler", version: "4.164.0" }

/** The request of `status`, without any of our code. */
const bareFetch = `
  const { TMDB_ACCESS_TOKEN, TMDB_API_URL, TMDB_SESSION_ID } = process.env
  fetch(TMDB_API_URL + "/3/account?session_id=" + TMDB_SESSION_ID, {
    headers: { authorization: "Bearer " + TMDB_ACCESS_TOKEN }
  })
    .then((answer) => answer.json())
    .then(({ username }) => process.stdout.write(username + "\\n", () => process.exit()))
`

const isOlder = (/** @type {string} */ version) =>
  Number(version.replace("v", "").split(".")[0]) < Number(newerNode.version.split(".")[0])

/** Times one start, in milliseconds, or says what went wrong. */
const time = ({ args, env, file }) => {
  const started = process.hrtime.bigint()
  const { error, signal, status, stderr } = spawnSync(file, args, {
    env,
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
    timeout: 60_000
  })
  const milliseconds = Number(process.hrtime.bigint() - started) / 1e6
  if (status === 0) return { milliseconds }
  const lines = (stderr ?? "").split("\n").filter((line) => line.trim() !== "")
  const said = lines.find((line) => line.includes("Error")) ?? lines[0] ?? ""
  return { problem: error?.message ?? `${signal ?? `exit code ${status}`}: ${said.trim()}` }
}

/** The starts on one Node: without compiled code, and if this Node can keep it, also with the code of an earlier start. */
const onNode = (file, version, env, caches) => {
  const start = (label, args, more = {}) => ({ label, file, args, env: { ...env, ...more }, node: version })
  const without = { NODE_DISABLE_COMPILE_CACHE: "1" }
  const kept = isOlder(version) ? [] : ours
  return [
    { ...start("node -e 0", ["-e", "0"], without), base: true },
    { ...start("node -e, the request of status by native fetch", ["-e", bareFetch], without), byFetch: true },
    ...ours.map((name) => ({ ...start(`tmdb-session ${name}`, [program, name], without), ours: true })),
    ...kept.map((name) => ({
      ...start(`tmdb-session ${name}, compiled code kept`, [program, name], { XDG_CACHE_HOME: caches }),
      ours: true
    }))
  ]
}

/** Installs a package for the comparison. If that fails, it is reported and the package is left out. */
const installed = async (run, folder, { name, version }) => {
  try {
    run.say(`installing ${name} ${version}`)
    await installInto(join(folder, name), [`${name}@${version}`])
    return join(folder, name, "node_modules", name)
  } catch (error) {
    run.say(`${name} could not be installed: ${error.message.split("\n")[0]}`)
    return undefined
  }
}

/** All starts. wrangler runs on the newer Node, since it does not support older ones. */
const starts = async (run, folder, caches, env) => {
  const here = [
    ...onNode(process.execPath, process.version, env, caches),
    ...(spawnSync("gh", ["--version"]).error === undefined
      ? [{ label: "gh --version", file: "gh", args: ["--version"], env, node: process.version }]
      : [])
  ]
  if (run.quick) return here
  const nodePlace = isOlder(process.version) ? await installed(run, folder, newerNode) : undefined
  const newer =
    nodePlace === undefined
      ? undefined
      : { file: join(nodePlace, "bin/node"), version: `v${newerNode.version}` }
  const wranglerPlace = await installed(run, folder, wrangler)
  const { file, version } = newer ?? { file: process.execPath, version: process.version }
  return [
    ...here,
    ...(newer === undefined ? [] : onNode(file, version, env, caches)),
    ...(wranglerPlace === undefined
      ? []
      : [
          {
            label: `wrangler ${wrangler.version} --version`,
            file,
            args: [join(wranglerPlace, "bin/wrangler.js"), "--version"],
            env: { ...env, WRANGLER_SEND_METRICS: "false" },
            node: version
          }
        ])
  ]
}

const measure = async (run, folder, caches) => {
  const sandbox = startChild(new URL("../children/sandbox.mjs", import.meta.url))
  try {
    const { accessToken, apiUrl, sessionId, webUrl } = await sandbox.ask({})
    const settings = { TMDB_ACCESS_TOKEN: accessToken, TMDB_API_URL: apiUrl, TMDB_WEB_URL: webUrl }
    const env = {
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(TMDB_|NODE_)/.test(name))),
      ...settings,
      TMDB_SESSION_ID: sessionId,
      TMDB_SESSION_CONFIG_DIR: join(folder, "settings")
    }
    const rounds = run.rounds ?? (run.quick ? 3 : 21)
    const all = (await starts(run, folder, caches, env)).map((one) => ({ ...one, times: [] }))
    // The first start reads from the disk and fills the cache of compiled code, so it is not measured.
    for (const one of all) one.problem = time(one).problem ?? time(one).problem
    const able = all.filter(({ problem }) => problem === undefined)
    for (let round = 0; round < rounds; round += 1) {
      run.say(`round ${round + 1} of ${rounds}`)
      for (const one of rotated(able, round)) one.times.push(time(one).milliseconds ?? Number.NaN)
    }
    return all.map(({ label, node, ours: isOurs = false, problem, times }) => {
      const timesOf = (which) => all.find((one) => one[which] && one.node === node)?.times ?? []
      return {
        label,
        node,
        ours: isOurs,
        problem,
        milliseconds: times.length === 0 ? undefined : summary(times),
        ofNode: times.length === 0 ? undefined : ratio(times, timesOf("base")),
        ofFetch: times.length === 0 ? undefined : ratio(times, timesOf("byFetch"))
      }
    })
  } finally {
    sandbox.stop()
  }
}

const tableOf = (node, figures) => ({
  title: `Cold start on Node ${node}`,
  columns: ["Command", "milliseconds", "of node -e 0", "of native fetch"],
  rows: figures
    .filter((one) => one.node === node)
    .map(({ label, milliseconds, ofFetch, ofNode, problem }) =>
      milliseconds === undefined
        ? [label, problem, "–", "–"]
        : [label, spread(milliseconds), spread(ofNode), spread(ofFetch)]
    )
})

const plotOf = (node, figures) => ({
  name: `command-${node.split(".")[0]}`,
  title: `Cold start on Node ${node} (less is better)`,
  unit: "ms",
  bars: figures
    .filter((one) => one.node === node && one.milliseconds !== undefined)
    .map(({ label, milliseconds: { high, low, median }, ours }) => ({
      label,
      value: median,
      low,
      high,
      ours
    }))
})

/** @type {import("../report/page.mjs").Measurement} */
export const command = {
  name: "command",
  title: "The command's cold start",
  measure: async (run) => {
    const folder = mkdtempSync(join(tmpdir(), "tmdb-session-bench-"))
    // Not the folder for temporary files: the command caches nothing where others can write.
    const caches = mkdtempSync(join(homedir(), ".tmdb-session-bench-"))
    try {
      const figures = await measure(run, folder, caches)
      const nodes = [...new Set(figures.map(({ node }) => node))]
      return {
        about: [
          "Each command is started in turn, round by round, and timed until it ends. Ratios are taken within a round.",
          "`status` and `whoami` ask the sandbox, which runs in a process of its own. Since version 22.8, Node can keep the command's compiled code for the next start. Only the rows that say so let it."
        ],
        tables: nodes.map((node) => tableOf(node, figures)),
        plots: nodes.map((node) => plotOf(node, figures)),
        checks: figures
          .filter(({ ours }) => ours)
          .map(({ label, node, problem }) => ({
            what: `${label} ends well on Node ${node}`,
            passed: problem === undefined,
            seen: problem
          })),
        data: figures
      }
    } finally {
      for (const made of [folder, caches]) rmSync(made, { recursive: true, force: true, maxRetries: 3 })
    }
  }
}
