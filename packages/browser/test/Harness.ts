/** What the tests in a browser share: Chromium, a site with the adapter on its pages, and a sandbox. */
import { fileURLToPath } from "node:url"
import { type Listening, listen } from "@tmdb-session/sandbox/node"
import { connect } from "@tmdb-session/testing/Chromium"
import { servePages } from "@tmdb-session/testing/Pages"
import { build } from "esbuild"
import type { BrowserContext, Page } from "playwright-core"
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest"

const script = async (name: string): Promise<string> => {
  const built = await build({
    entryPoints: [fileURLToPath(new URL(`pages/${name}.ts`, import.meta.url))],
    bundle: true,
    format: "esm",
    target: "es2022",
    minify: true,
    conditions: ["tmdb-session-source"],
    write: false
  })
  return built.outputFiles[0]?.text ?? ""
}

const html = (body: string, ...scripts: ReadonlyArray<string>) => ({
  type: "text/html; charset=utf-8",
  body: `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>page</title><link rel="icon" href="data:,"></head>
<body>${body}${scripts.map((name) => `<script type="module" src="/${name}.js"></script>`).join("")}</body></html>`
})

/** A site whose pages have the adapter on them, and a person's browser. */
export interface Harness {
  /** The person's own profile. */
  readonly context: BrowserContext
  /** The page of the app, open. */
  readonly page: Page
  readonly sandbox: Listening
  /** The site; its `/tmdb` is a proxy to the sandbox. */
  readonly site: string
  /** Opens the app's page in another tab, or in the given one. */
  readonly openPage: (path?: string, page?: Page) => Promise<Page>
}

const button = '<button type="button">Sign in</button>'
const type = "text/javascript; charset=utf-8"

const makeFiles = async () => {
  const [page = "", landing = "", uninvited = ""] = await Promise.all(
    ["page", "landing", "uninvited"].map(script)
  )
  const app = html(button, "page")
  return {
    "/": app,
    "/other": app,
    // Signs in by itself, which no browser lets open a window.
    "/uninvited": html(button, "page", "uninvited"),
    // Of an origin of its own, for which the browser keeps nothing.
    "/without-storage": { ...app, headers: { "content-security-policy": "sandbox allow-scripts" } },
    "/landing": html("<p>Back from TMDB</p>", "landing"),
    "/page.js": { type, body: page, headers: { "access-control-allow-origin": "*" } },
    "/landing.js": { type, body: landing },
    "/uninvited.js": { type, body: uninvited }
  }
}

/** Bundled once for all files. */
let files: ReturnType<typeof makeFiles> | undefined

/** Runs the tests of a file in Chromium; each begins with nothing kept, at TMDB or in the browser. */
export const inChromium = (): Harness => {
  const harness = {} as { -readonly [K in keyof Harness]: Harness[K] }
  let close: () => Promise<unknown>

  beforeAll(async () => {
    files ??= makeFiles()
    const browser = await connect()
    const sandbox = await listen({ users: [{ username: "filmfan" }] })
    const { accessToken, apiUrl } = sandbox
    const site = await servePages({ files: await files, proxy: { apiUrl, accessToken } })
    const context = await browser.newContext()
    const openPage = async (path = "/", page?: Page) => {
      const opened = page ?? (await context.newPage())
      await opened.goto(site.url + path)
      await opened.waitForFunction(() => "tmdb" in globalThis)
      return opened
    }
    Object.assign(harness, { sandbox, site: site.url, context, openPage })
    close = () => Promise.all([browser.close(), site.close(), sandbox.close()])
  })

  beforeEach(async () => {
    harness.sandbox.reset()
    // One tab for all: to open one costs more than most tests.
    harness.page = await harness.openPage("/", harness.page)
    await harness.page.evaluate(() => {
      localStorage.clear()
      sessionStorage.clear()
    })
  })

  afterEach(async () => {
    await harness.context.setOffline(false)
    await harness.context.unrouteAll({ behavior: "ignoreErrors" })
    const others = harness.context.pages().filter((page) => page !== harness.page)
    await Promise.all(others.map((page) => page.close()))
  })
  afterAll(() => close())
  return harness
}

/** Presses a button of the sandbox's approval page. */
export const decide = async (page: Page, decision: "Allow" | "Deny"): Promise<void> => {
  await page.getByRole("button", { name: decision }).click()
}

/** How a promise of the page ended, as plain data. */
export interface Ended {
  readonly value?: unknown
  readonly tag?: string
  readonly message?: string
  readonly reason?: string
}

/** Waits for what the page keeps as its result. */
export const ended = (page: Page): Promise<Ended> =>
  page.evaluate(() =>
    Promise.resolve(kept.result).then(
      (value) => ({ value }),
      (error) => ({ tag: error._tag ?? error.name, message: error.message, reason: error.reason })
    )
  )
