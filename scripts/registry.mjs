/**
 * A registry of our own on loopback. Our packages come from nowhere else;
 * everything that they depend on is passed on from the registry that npm is
 * set up with.
 */
import { mkdirSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { createServer } from "node:net"
import { join } from "node:path"
import { run, start, stop } from "./processes.mjs"
import { root } from "./setUp.mjs"

const verdaccio = createRequire(import.meta.url).resolve("verdaccio/bin/verdaccio")

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })

const npmConfig = async (name) => {
  const value = (await run("npm", ["config", "get", name], { cwd: root, env: process.env })).trim()
  return value === "null" || value === "undefined" ? undefined : value
}

/** npm may be set up with authorities of its own; Node, which the registry on loopback runs on, knows them by this. */
const trusted = async () => {
  const file = await npmConfig("cafile")
  return file === undefined ? {} : { NODE_EXTRA_CA_CERTS: file }
}

/** JSON is YAML. */
const configuration = (folder, upstream) => ({
  storage: join(folder, "storage"),
  web: { enable: false },
  auth: { htpasswd: { file: join(folder, "users"), max_users: 1 } },
  uplinks: { upstream: { url: upstream, maxage: "1h", timeout: "60s", max_fails: 10 } },
  packages: {
    "@tmdb-session/*": { access: "$all", publish: "$authenticated" },
    "tmdb-session": { access: "$all", publish: "$authenticated" },
    "**": { access: "$all", proxy: "upstream" }
  },
  max_body_size: "50mb",
  log: { type: "stdout", format: "json", level: "error" }
})

const answers = async (url, child) => {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (child.exitCode !== null) break
    const answer = await fetch(`${url}/-/ping`).catch(() => undefined)
    if (answer?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error("The registry on loopback did not start")
}

const addUser = async (url) => {
  const name = "rehearsal"
  const answer = await fetch(`${url}/-/user/org.couchdb.user:${name}`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name, password: crypto.randomUUID() })
  })
  if (!answer.ok) throw new Error(`The registry on loopback made no user: HTTP ${answer.status}`)
  return (await answer.json()).token
}

/**
 * @param {string} folder where it keeps what it is given
 * @returns a running registry: where it is, what publishing to it takes, and how it ends
 */
export const startRegistry = async (folder) => {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, "config.yaml")
  writeFileSync(file, JSON.stringify(configuration(folder, await npmConfig("registry"))))
  const url = `http://127.0.0.1:${await freePort()}`
  const child = start(process.execPath, [verdaccio, "--config", file, "--listen", url], {
    cwd: folder,
    env: { ...process.env, ...(await trusted()), NODE_ENV: "production" }
  })
  child.stdout.resume()
  child.stderr.resume()
  await answers(url, child)
  return { url, token: await addUser(url), close: () => stop(child) }
}
