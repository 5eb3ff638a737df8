/** The suite, on the browser adapter, on a page in Chromium. */
import { fileURLToPath } from "node:url"
import { afterAll, assert, describe, it } from "@effect/vitest"
import { listen } from "@tmdb-session/sandbox/node"
import { launchOptions } from "@tmdb-session/testing/Chromium"
import { servePages } from "@tmdb-session/testing/Pages"
import { build } from "esbuild"
import { chromium } from "playwright-core"
import type { Conformance } from "../src/page.js"
import { addressOf, options } from "../src/Tmdb.js"

declare const conformance: Conformance

const bundle = async (): Promise<string> => {
  const built = await build({
    entryPoints: [fileURLToPath(new URL("../src/page.ts", import.meta.url))],
    bundle: true,
    format: "esm",
    target: "es2022",
    conditions: ["tmdb-session-source"],
    write: false
  })
  return built.outputFiles[0]?.text ?? ""
}

const site = await servePages({
  files: {
    "/": {
      type: "text/html; charset=utf-8",
      body: '<!doctype html><title>Conformance</title><script type="module" src="/page.js"></script>'
    },
    "/page.js": { type: "text/javascript; charset=utf-8", body: await bundle() }
  }
})
const tmdb = await listen({ ...options, allowOrigins: [site.url] })
const browser = await chromium.launch(launchOptions())
const page = await browser.newPage()
await page.goto(site.url)
await page.waitForFunction(() => "conformance" in globalThis)
const names = await page.evaluate(() => conformance.names)
const address = addressOf(tmdb)

afterAll(() => Promise.all([browser.close(), site.close(), tmdb.close()]))

describe("the browser adapter", () => {
  for (const [index, name] of names.entries()) {
    it(name, async () => {
      const wrong = await page.evaluate(([index, address]) => conformance.run(index, address), [
        index,
        address
      ] as const)
      assert.isUndefined(wrong)
    }, 60_000)
  }
})
