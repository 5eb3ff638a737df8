/**
 * `npm run rehearse`: rehearses a release and its use. It clones what is
 * committed, versions, builds and publishes it to a registry on loopback. Then it
 * installs the packages into empty folders with empty caches, as a new user
 * would, and runs, type-checks and upgrades them. Nothing is linked to this clone.
 */
import { once } from "node:events"
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { publicPackages } from "./packages.mjs"
import { decide } from "./person.mjs"
import { run, start, stop } from "./processes.mjs"
import { startRegistry } from "./registry.mjs"
import { root, setUp } from "./setUp.mjs"
import { filesOf } from "./tarball.mjs"

const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
/** TypeScript versions: the ones that a user's project may still have, has now, or will have next. */
const typescripts = { typescript5: "5.9.3", typescript6: "6.0.3", typescript7: "7.0.2" }
const yarn = "@yarnpkg/cli-dist@4.18.1"

const folder = mkdtempSync(join(tmpdir(), "tmdb-session-rehearsal-"))
process.once("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }))

const counts = { passed: 0, failed: 0 }
const started = Date.now()
const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`

/** Checks one thing. A failure is reported and counted, and the other checks go on. */
const check = async (what, action) => {
  const since = Date.now()
  try {
    const result = await action()
    counts.passed += 1
    console.log(`✓ ${what} (${seconds(since)})`)
    return result
  } catch (error) {
    counts.failed += 1
    console.log(`✗ ${what} (${seconds(since)})\n${error.message}`)
    return undefined
  }
}

const expect = (holds, message) => {
  if (!holds) throw new Error(message)
}

const empty = (name) => {
  const path = join(folder, name)
  mkdirSync(path, { recursive: true })
  return path
}

/** The environment of a new user: a path, a home and the registry, and no other setting of this machine. */
const environmentOf = (registry) => {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|pnpm_|yarn_|tmdb_|turbo_|node_options|init_cwd)/i.test(name)
  )
  return {
    ...Object.fromEntries(inherited),
    CI: "true",
    HOME: empty("home"),
    XDG_CONFIG_HOME: empty("home/.config"),
    XDG_CACHE_HOME: empty("home/.cache"),
    XDG_DATA_HOME: empty("home/.local/share"),
    DO_NOT_TRACK: "1",
    TURBO_TELEMETRY_DISABLED: "1",
    NO_COLOR: "1",
    npm_config_registry: registry.url,
    npm_config_cache: empty("npm-cache"),
    npm_config_audit: "false",
    npm_config_fund: "false",
    npm_config_update_notifier: "false"
  }
}

const project = (name, manifest = {}) => {
  const path = empty(name)
  const content = { name: "stranger", private: true, type: "module", ...manifest }
  writeFileSync(join(path, "package.json"), JSON.stringify(content))
  return path
}

const installed = (path, name) =>
  JSON.parse(readFileSync(join(path, "node_modules", name, "package.json"), "utf8"))

// The release

/** Clones what is committed, ready to be versioned and built. */
const clone = async (registry) => {
  const path = join(folder, "repository")
  const env = { ...process.env, CI: "true" }
  const here = { cwd: root, env }
  if ((await run("git", ["status", "--porcelain"], here)) !== "")
    console.log("There are changes that are not committed: they are not part of this rehearsal.")
  await run("git", ["clone", "--quiet", root, path], here)
  writeFileSync(
    join(folder, "publisher.npmrc"),
    `registry=${registry.url}\n${registry.url.replace("http:", "")}/:_authToken=${registry.token}\n`
  )
  const pnpm = (args, more = {}) =>
    run("npx", ["--yes", packageManager, ...args], { cwd: path, env: { ...env, ...more }, seconds: 600 })
  await pnpm(["install", "--frozen-lockfile", "--prefer-offline"])
  return {
    path,
    pnpm,
    publishing: { npm_config_userconfig: join(folder, "publisher.npmrc"), npm_config_registry: registry.url }
  }
}

const changeset = (repository, step, text) =>
  writeFileSync(
    join(repository.path, ".changeset", "rehearsal.md"),
    `---\n"@tmdb-session/core": ${step}\n---\n\n${text}\n`
  )

/** Runs the documented steps: version, build, publish. */
const release = async (repository) => {
  await repository.pnpm(["run", "version"])
  const packages = publicPackages(repository.path)
  await repository.pnpm(["turbo", "run", "build", ...packages.map(({ name }) => `--filter=${name}`)])
  await repository.pnpm(["exec", "changeset", "publish"], repository.publishing)
  const versions = new Set(packages.map(({ manifest }) => manifest.version))
  expect(versions.size === 1, `The packages have different versions: ${[...versions].join(", ")}`)
  return packages
}

const weigh = async (registry, { manifest, name }) => {
  const answer = await fetch(`${registry.url}/${name.replace("/", "%2f")}`)
  expect(answer.ok, `${name} is not on the registry: HTTP ${answer.status}`)
  const published = (await answer.json()).versions[manifest.version]
  expect(published !== undefined, `${name} ${manifest.version} is not on the registry`)
  const text = JSON.stringify(published)
  expect(!/workspace:|catalog:/.test(text), `${name} names a range that only this workspace knows`)
  expect(published.scripts?.install === undefined, `${name} has an install script`)
  const tarball = new Uint8Array(await (await fetch(published.dist.tarball)).arrayBuffer())
  const unpacked = (await filesOf(tarball)).reduce((sum, { size }) => sum + size, 0)
  const dependencies = Object.keys(published.dependencies ?? {}).length
  const peers = Object.keys(published.peerDependencies ?? {}).length
  return { packed: tarball.byteLength, unpacked, dependencies, peers }
}

// New users

/** The names under which the modules of a package are imported. */
const modulesOf = ({ folder: path, manifest, name }) =>
  Object.keys(manifest.exports ?? {}).flatMap((entry) => {
    if (entry === ".") return [name]
    if (!entry.includes("*")) return manifest.exports[entry] === null ? [] : [join(name, entry)]
    if (manifest.exports[entry] === null) return []
    return readdirSync(join(path, "dist"))
      .filter((file) => file.endsWith(".js") && file !== "index.js")
      .map((file) => join(name, entry.replace("*", file.slice(0, -".js".length))))
  })

const optionalPeers = ({ manifest }) =>
  Object.entries(manifest.peerDependenciesMeta ?? {})
    .filter(([, { optional }]) => optional)
    .map(([peer]) => peer)

const requiredPeers = (one) => {
  const optional = optionalPeers(one)
  return Object.entries(one.manifest.peerDependencies ?? {}).filter(([peer]) => !optional.includes(peer))
}

/** How each package manager adds a package to an empty folder, and runs a script there. */
const managers = {
  npm: (run) => ({
    add: ({ name }) => run("npm", ["install", name]),
    node: (args) => run(process.execPath, args)
  }),
  pnpm: (run) => ({
    add: ({ name }) =>
      run("npx", ["--yes", packageManager, "add", name, "--store-dir", join(folder, "pnpm-store")]),
    node: (args) => run(process.execPath, args)
  }),
  // With Plug'n'Play, its default, only declared packages can be imported. It does not install peers.
  yarn: (run) => ({
    add: (one) =>
      run("npx", [
        "--yes",
        `--package=${yarn}`,
        "yarn",
        "add",
        one.name,
        ...requiredPeers(one).map(([peer, range]) => `${peer}@${range}`)
      ]),
    node: (args) => run("npx", ["--yes", `--package=${yarn}`, "yarn", "node", ...args])
  })
}

const yarnSettings = (registry) => ({
  YARN_NPM_REGISTRY_SERVER: registry.url,
  YARN_UNSAFE_HTTP_WHITELIST: "127.0.0.1",
  YARN_ENABLE_TELEMETRY: "false",
  YARN_ENABLE_IMMUTABLE_INSTALLS: "false",
  // By default it does not install versions that are as new as these.
  YARN_NPM_MINIMAL_AGE_GATE: "0",
  YARN_GLOBAL_FOLDER: join(folder, "yarn")
})

const install = async (manager, one, environment, registry) => {
  const cwd = project(`${manager}/${one.name}`)
  const env = { ...environment, ...yarnSettings(registry) }
  // Without a lock file, yarn takes the folder for a part of a project above it.
  if (manager === "yarn") writeFileSync(join(cwd, "yarn.lock"), "")
  const { add, node } = managers[manager]((command, args) => run(command, args, { cwd, env }))
  await add(one)
  copyFileSync(fileURLToPath(new URL("rehearsal/importAll.mjs", import.meta.url)), join(cwd, "importAll.mjs"))
  await node(["importAll.mjs", optionalPeers(one).join(","), ...modulesOf(one)])
  return cwd
}

const blocksOf = (document, language) =>
  [...document.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map(([, code]) => code)

/** Starts the sandbox of the published command, and reads the settings it prints. */
const startSandbox = async (cwd, env) => {
  const child = start("npx", ["--no-install", "tmdb-session", "sandbox"], { cwd, env })
  child.stderr.resume()
  const limit = setTimeout(() => stop(child), 20_000)
  const settings = {}
  for await (const line of createInterface({ input: child.stdout })) {
    const found = /^export (\w+)=(.*)$/.exec(line)
    if (found !== null) settings[found[1]] = found[2]
    if (settings.TMDB_API_URL && settings.TMDB_WEB_URL && settings.TMDB_ACCESS_TOKEN) {
      clearTimeout(limit)
      return { settings, close: () => stop(child) }
    }
  }
  throw new Error("The published command's sandbox did not start")
}

/** Runs an example, and approves on the page whose address it prints. */
const runExample = async (cwd, file, env) => {
  const child = start(process.execPath, [file], { cwd, env })
  const limit = setTimeout(() => stop(child), 30_000)
  const ended = once(child, "exit")
  let complaints = ""
  child.stderr.setEncoding("utf8").on("data", (text) => {
    complaints += text
  })
  const printed = []
  for await (const line of createInterface({ input: child.stdout })) {
    printed.push(line)
    const url = /^Approve at (\S+)$/.exec(line)?.[1]
    if (url !== undefined) await decide(url)
  }
  const [code] = await ended
  clearTimeout(limit)
  expect(code === 0, `It ended with exit code ${code}\n${complaints}`)
  return printed.join("\n")
}

const firstExample = async (repository, environment) => {
  const readme = readFileSync(join(repository.path, "README.md"), "utf8")
  const [command] =
    blocksOf(readme, "sh")
      .join("\n")
      .match(/^npm install \S.*$/m) ?? []
  expect(command !== undefined, "The README does not say how to install")
  const cwd = project("example")
  await run("npm", command.split(" ").slice(1), { cwd, env: environment })
  // It fails if a peer has a version that does not fit.
  await run("npm", ["ls"], { cwd, env: environment })
  await run("npm", ["install", "tmdb-session"], { cwd, env: environment })
  writeFileSync(join(cwd, "example.mjs"), blocksOf(readme, "ts")[0])
  const sandbox = await startSandbox(cwd, environment)
  try {
    const printed = await runExample(cwd, "example.mjs", { ...environment, ...sandbox.settings })
    expect(/username/.test(printed), `It did not show the account:\n${printed}`)
  } finally {
    sandbox.close()
  }
}

/** Installs all our packages into one folder, with each version of TypeScript under its own name. */
const typed = async (packages, repository, environment) => {
  const cwd = project("types")
  const aliases = Object.entries(typescripts).map(([name, version]) => `${name}@npm:typescript@${version}`)
  const names = packages.map(({ name }) => name)
  await run("npm", ["install", ...names, ...aliases, "@types/node@20"], {
    cwd,
    env: environment
  })
  const modules = packages.flatMap(modulesOf)
  const imports = modules.map((name, index) => `export * as module${index} from "${name}"\n`)
  writeFileSync(join(cwd, "modules.ts"), imports.join(""))
  const readme = readFileSync(join(repository.path, "README.md"), "utf8")
  for (const [index, code] of blocksOf(readme, "ts").entries())
    writeFileSync(join(cwd, `example${index + 1}.ts`), code)
  return cwd
}

const compile = (cwd, environment, typescript, resolution) => {
  const file = `tsconfig.${typescript}.${resolution}.json`
  const compilerOptions = {
    target: "ES2022",
    lib: ["ES2022", "DOM", "DOM.Iterable"],
    module: resolution === "nodenext" ? "nodenext" : "esnext",
    moduleResolution: resolution,
    moduleDetection: "force",
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    types: ["node"],
    skipLibCheck: true
  }
  writeFileSync(join(cwd, file), JSON.stringify({ compilerOptions, include: ["*.ts"] }))
  const compiler = join(cwd, "node_modules", typescript, "bin/tsc")
  return run(process.execPath, [compiler, "-p", file], { cwd, env: environment })
}

const upgrade = async (cwd, inherited, version) => {
  // Makes npm's cached metadata of the registry stale.
  const environment = { ...inherited, npm_config_cache: empty("npm-cache-later") }
  const before = installed(cwd, "@tmdb-session/node").version
  await run("npm", ["update"], { cwd, env: environment })
  for (const name of ["@tmdb-session/node", "@tmdb-session/core"]) {
    const now = installed(cwd, name).version
    expect(now === version, `${name} is ${now} after the upgrade from ${before}, not ${version}`)
  }
  const listed = await run("npm", ["ls", "@tmdb-session/core", "--all", "--parseable"], {
    cwd,
    env: environment
  })
  expect(listed.trim().split("\n").length === 1, `There is more than one copy of core:\n${listed}`)
  const script = 'import { rehearsed } from "@tmdb-session/node"; if (rehearsed !== true) process.exit(1)'
  await run(process.execPath, ["--input-type=module", "--eval", script], { cwd, env: environment })
}

const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`.padStart(10)

const rehearse = async () => {
  const registry = await check("a registry starts on loopback", () => startRegistry(join(folder, "registry")))
  if (registry === undefined) return
  const environment = environmentOf(registry)

  const repository = await check("a clone of what is committed is set up", () => clone(registry))
  if (repository === undefined) return
  changeset(repository, "minor", "Rehearse a release.")
  const packages = await check("the first release is versioned, built and published", () =>
    release(repository)
  )
  if (packages === undefined) return
  const [{ manifest }] = packages

  const weights = []
  for (const one of packages)
    await check(`${one.name} is on the registry, with nothing of the workspace in it`, async () => {
      weights.push([one.name, await weigh(registry, one)])
    })

  const libraries = packages.filter(({ manifest }) => manifest.exports !== undefined)
  const npmFolders = new Map()
  await Promise.all(
    Object.keys(managers).map(async (manager) => {
      for (const one of libraries)
        await check(
          `${manager} installs ${one.name} alone, and every module of it can be imported`,
          async () => {
            const cwd = await install(manager, one, environment, registry)
            if (manager === "npm") npmFolders.set(one.name, cwd)
          }
        )
    })
  )

  await check(`npx tmdb-session --version says ${manifest.version}`, async () => {
    const said = await run("npx", ["--yes", "tmdb-session", "--version"], {
      cwd: empty("npx"),
      env: environment
    })
    expect(said.trim() === manifest.version, `It said ${said}`)
  })
  await check("the README's first example runs as written against the published sandbox", () =>
    firstExample(repository, environment)
  )

  const cwd = await check("every package installs side by side with TypeScript", () =>
    typed(libraries, repository, environment)
  )
  if (cwd !== undefined)
    for (const [typescript, version] of Object.entries(typescripts))
      await Promise.all(
        ["nodenext", "bundler"].map((resolution) =>
          check(`the types hold under TypeScript ${version} with ${resolution}`, () =>
            compile(cwd, environment, typescript, resolution)
          )
        )
      )

  const second = await check("a second release, of a changed core, is published", () => {
    appendFileSync(join(repository.path, "packages/core/src/index.ts"), "export const rehearsed = true\n")
    changeset(repository, "patch", "Change core.")
    return release(repository)
  })
  const npmFolder = npmFolders.get("@tmdb-session/node")
  if (second !== undefined && npmFolder !== undefined)
    await check(`npm update takes an app to ${second[0].manifest.version}, with one copy of core`, () =>
      upgrade(npmFolder, environment, second[0].manifest.version)
    )

  registry.close()
  console.log("\n                            packed   unpacked  dependencies  peers  installed with npm")
  for (const [name, { dependencies, packed, peers, unpacked }] of weights) {
    const at = npmFolders.get(name)
    // From what is installed: the project's lock file also names the optional packages of other platforms.
    const lock = at && JSON.parse(readFileSync(join(at, "node_modules/.package-lock.json"), "utf8"))
    const all = lock ? `${Object.keys(lock.packages).length} packages` : ""
    console.log(
      `${name.padEnd(24)}${kilobytes(packed)} ${kilobytes(unpacked)}  ${String(dependencies).padStart(12)}  ${String(peers).padStart(5)}  ${all}`
    )
  }
}

setUp()
await rehearse()
console.log(`\nThe rehearsal took ${seconds(started)}.`)
console.log(`${counts.passed} passed, ${counts.failed} failed`)
process.exit(counts.failed === 0 && counts.passed > 0 ? 0 : 1)
