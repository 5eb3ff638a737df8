/** What a registry would get: each public package, packed as it is published. */
import { execFile } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { filesOf, modulesOf, publicPackages } from "@tmdb-session/testing/Workspace"

const root = fileURLToPath(new URL("../../..", import.meta.url))
const folder = mkdtempSync(join(tmpdir(), "tmdb-session-packed-"))
const packages = publicPackages(root)
const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))

/** In kilobytes, packed: a package that outgrows it holds what it should not, or deserves a look. */
const mostKilobytes = { library: 80, command: 500 }

const tarballs = new Map<string, string>()
const tarballOf = (name: string): string => {
  const file = tarballs.get(name)
  assert.isDefined(file, `${name} was not packed`)
  return file
}

/** Runs a program, and says all that it printed where it ended badly. */
const run = async (file: string, args: ReadonlyArray<string>): Promise<string> => {
  try {
    return (await promisify(execFile)(file, args, { cwd: root, maxBuffer: 10_000_000 })).stdout
  } catch (error) {
    const { stderr, stdout } = error as { readonly stdout: string; readonly stderr: string }
    throw new Error(`${stdout}\n${stderr}`.trim() || String(error))
  }
}

const tool = (name: string): string => join(root, "node_modules/.bin", name)

beforeAll(async () => {
  const filters = packages.map(({ name }) => `--filter=${name}`)
  const destination = ["--pack-destination", folder, "--json"]
  const packed = await run("npx", ["--yes", packageManager, "-r", ...filters, "pack", ...destination])
  const listed: ReadonlyArray<{ readonly name: string; readonly filename: string }> = JSON.parse(packed)
  for (const { filename, name } of listed) tarballs.set(name, filename)
}, 120_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.each(packages)("$name, packed", (one) => {
  const isLibrary = one.manifest.exports !== undefined

  it("has the built files, the licence, the readme and the changelog, and nothing else", async () => {
    const paths = (await filesOf(readFileSync(tarballOf(one.name)))).map(({ path }) => path)
    const expected =
      /^(?:(?:dist\/)?package\.json|LICENSE|README\.md|CHANGELOG\.md|dist\/.+\.(?:c?js|d\.ts|wasm|1))$/
    assert.deepStrictEqual(
      paths.filter((path) => !expected.test(path) || /\.test\.|\/test\//.test(path)),
      []
    )
    assert.includeMembers(paths, ["package.json", "LICENSE", "README.md"])
  })

  it("is small", () => {
    const most = isLibrary ? mostKilobytes.library : mostKilobytes.command
    assert.isBelow(readFileSync(tarballOf(one.name)).byteLength / 1000, most)
  })

  it("names no path of the machine that built it, and no file that it lacks", async () => {
    for (const { path, text } of await filesOf(readFileSync(tarballOf(one.name)))) {
      assert.notInclude(text, root, path)
      assert.notMatch(text, /^\/\/# sourceMappingURL=/m, path)
    }
  })

  it("says what it is, where it comes from and what it runs on", async () => {
    const files = await filesOf(readFileSync(tarballOf(one.name)))
    const manifest = JSON.parse(files.find(({ path }) => path === "package.json")?.text ?? "{}")
    assert.strictEqual(manifest.license, "MIT")
    assert.strictEqual(manifest.type, "module")
    assert.strictEqual(manifest.engines.node, ">=20.18.1")
    assert.strictEqual(join(root, manifest.repository.directory), one.folder)
    assert.isNotEmpty(manifest.keywords)
    assert.isString(manifest.homepage)
    assert.isString(manifest.bugs)
    assert.isUndefined(manifest.scripts)
    assert.notMatch(JSON.stringify(manifest), /workspace:|catalog:|tmdb-session-source/)
  })

  it("is clean for publint", async () => {
    assert.include(await run(tool("publint"), [tarballOf(one.name), "--strict"]), "All good!")
  }, 60_000)

  if (!isLibrary) return

  it("has no side effects, and takes every patch of Effect 3.22 and what follows it", () => {
    assert.deepStrictEqual(one.manifest.sideEffects, [])
    assert.strictEqual(one.manifest.peerDependencies.effect, "^3.22.0")
    assert.strictEqual(one.manifest.peerDependencies["@effect/platform"], "^0.97.0")
  })

  it("has types that are right, for each module of it", async () => {
    const entries = modulesOf(one).map(({ name }) => name.replace(one.name, "."))
    const options = ["--profile", "esm-only", "--no-definitely-typed", "--format", "ascii"]
    await run(tool("attw"), [tarballOf(one.name), ...options, "--entrypoints", ...entries])
  }, 60_000)
})
