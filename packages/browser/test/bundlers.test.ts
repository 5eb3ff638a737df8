/** The packages as a registry would hand them out, built by each bundler that people use, and run in Chromium. */
import { execFileSync } from "node:child_process"
import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { nodeResolve } from "@rollup/plugin-node-resolve"
import { listen } from "@tmdb-session/sandbox/node"
import { connect } from "@tmdb-session/testing/Chromium"
import { servePages } from "@tmdb-session/testing/Pages"
import { pnpm } from "@tmdb-session/testing/Workspace"
import * as esbuild from "esbuild"
import { rollup } from "rollup"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import webpack from "webpack"

const packages = fileURLToPath(new URL("../..", import.meta.url))
const folder = fileURLToPath(new URL("../build/packed", import.meta.url))
const input = join(folder, "app.js")
const outputFolder = join(folder, "built")

/** An app of someone's who installed the package. */
const app = `import { Account, SignIn, WebSessionStore } from "@tmdb-session/browser"
import { createTmdbClient } from "@tmdb-session/browser/promise"

const tmdb = createTmdbClient({ apiUrl: "/tmdb" })
const { guestSessionId } = await tmdb.createGuestSession()
const error = await tmdb.createSession("0".repeat(40)).catch((error) => error)
document.title = [guestSessionId.length, error._tag, typeof SignIn.signIn, typeof WebSessionStore.layerLocal, typeof Account.details].join(" ")
`

const pack = (name: string): void => {
  const cwd = join(packages, name)
  const status = pnpm(["pack", "--pack-destination", folder], { cwd, stdio: ["ignore", "ignore", 2] })
  assert.strictEqual(status, 0, `${name} cannot be packed`)
  const installed = join(folder, "node_modules/@tmdb-session", name)
  mkdirSync(installed, { recursive: true })
  const tarball = readdirSync(folder).find((file) => file.startsWith(`tmdb-session-${name}-`))
  execFileSync("tar", ["-xzf", join(folder, tarball ?? ""), "-C", installed, "--strip-components=1"])
}

const install = (name: string): void => {
  mkdirSync(join(folder, "node_modules", name, ".."), { recursive: true })
  symlinkSync(join(packages, "browser/node_modules", name), join(folder, "node_modules", name))
}

const bundlers: Readonly<Record<string, (file: string) => Promise<unknown>>> = {
  esbuild: (file) =>
    esbuild.build({
      entryPoints: [input],
      outfile: join(outputFolder, file),
      bundle: true,
      minify: true,
      format: "esm",
      target: "es2022"
    }),
  vite: async (file) => {
    const { build } = await import("vite")
    return build({
      root: folder,
      configFile: false,
      logLevel: "error",
      build: {
        outDir: outputFolder,
        emptyOutDir: false,
        target: "es2022",
        modulePreload: false,
        rolldownOptions: { input, output: { entryFileNames: file } }
      }
    })
  },
  rollup: async (file) => {
    const bundle = await rollup({ input, plugins: [nodeResolve({ browser: true })], onwarn: () => undefined })
    return bundle.write({ file: join(outputFolder, file), format: "es", inlineDynamicImports: true })
  },
  webpack: (file) =>
    new Promise((resolve, reject) => {
      const output = { path: outputFolder, filename: file }
      // Not minified: its minifier is another project's, and slow.
      const options = { mode: "production", optimization: { minimize: false }, cache: false } as const
      webpack({ ...options, context: folder, entry: input, output }, (error, stats) => {
        const problems = stats?.hasErrors() ? stats.toString({ all: false, errors: true }) : error?.message
        if (problems === undefined) resolve(undefined)
        else reject(new Error(problems))
      })
    })
}

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  writeFileSync(input, app)
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "app", private: true, type: "module" }))
  for (const name of ["core", "browser"]) pack(name)
  for (const name of ["effect", "@effect/platform"]) install(name)
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.each(Object.entries(bundlers))("the packed package, built by %s", (name, bundle) => {
  it("works in a browser, its types of error included", { timeout: 180_000 }, async () => {
    await bundle(`${name}.js`)
    const html = `<!doctype html><title></title><link rel="icon" href="data:,"><script type="module" src="/${name}.js"></script>`
    const browser = await connect()
    const sandbox = await listen()
    const { accessToken, apiUrl } = sandbox
    const files = { "/": { type: "text/html", body: html } }
    const site = await servePages({ files, folder: outputFolder, proxy: { accessToken, apiUrl } })
    try {
      const page = await browser.newPage()
      await page.goto(site.url)
      await page.waitForFunction(() => document.title !== "")
      assert.strictEqual(await page.title(), "32 SessionDenied function function function")
    } finally {
      await Promise.all([browser.close(), site.close(), sandbox.close()])
    }
  })
})
