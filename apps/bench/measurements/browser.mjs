/** How much a page has to load, and how long it takes until its first call. */
import { fileURLToPath } from "node:url"
import { brotliCompressSync, gzipSync } from "node:zlib"
import { chromium } from "playwright-core"
import { most } from "../../../scripts/budgets.mjs"
import { launchOptions } from "../../../scripts/chromium.mjs"
import { servePages } from "../../../scripts/pages.mjs"
import { bundlers, modulesOf } from "../bundlers.mjs"
import { count, kilobytes, spread } from "../report/format.mjs"
import { rotated, summary } from "../report/statistics.mjs"

/**
 * The pages. Those with `bundle` are shared with the adapter's size test, which has a budget for them. `ours` use
 * this project, so they are compared with the floor. `calls` make a call as soon as they are loaded. `byAll` are also
 * bundled by the slow bundlers. `forNode` needs modules of Node.
 */
const pages = [
  { name: "fetch", label: "one call, fetch by hand", calls: true },
  { name: "effect", label: "one call, Effect by hand", calls: true },
  { name: "floor", label: "the floor: a sign-in, Effect by hand", bundle: true, byAll: true },
  { name: "create-session", label: "createSession alone", bundle: true, ours: true, calls: true },
  { name: "guestSession", label: "a guest session alone", ours: true },
  { name: "sign-in", label: "a sign-in by pop-up", bundle: true, ours: true, byAll: true },
  { name: "redirect", label: "a sign-in by redirect", ours: true },
  { name: "popupAndStore", label: "a sign-in by pop-up, kept", ours: true },
  { name: "promise", label: "everything, as promises", bundle: true, ours: true },
  { name: "whole", label: "the whole package", ours: true, byAll: true },
  { name: "lorenzopant", label: "@lorenzopant/tmdb", calls: true, byAll: true },
  { name: "tmdbJsWeb", label: "tmdb-js-web", calls: true, byAll: true },
  { name: "moviedbPromise", label: "moviedb-promise", calls: true, byAll: true },
  { name: "nodeThemoviedb", label: "node-themoviedb", forNode: true }
]

/** The budgets are for these two. */
const quickBundlers = ["esbuild", "rolldown"]

const weigh = (code) => {
  const bytes = Buffer.from(code)
  return {
    minified: bytes.length,
    gzip: gzipSync(bytes, { level: 9 }).length,
    brotli: brotliCompressSync(bytes).length
  }
}

const entryOf = (page) =>
  fileURLToPath(
    page.bundle
      ? new URL(`../../../packages/browser/test/bundles/${page.name}.js`, import.meta.url)
      : new URL(`../pages/${page.name}.mjs`, import.meta.url)
  )

const pageNamed = (name) => pages.find((page) => page.name === name)

const bundle = async (page, name) => {
  try {
    const code = await bundlers[name](entryOf(page))
    return { code, size: weigh(code) }
  } catch (error) {
    // For any other page, a failure is a fault of this program, and no finding.
    if (page.forNode) return undefined
    throw error
  }
}

/** A page that esbuild cannot bundle is not for browsers, so the other bundlers are not tried. They would leave out the missing modules. */
const bundleAll = async (run) => {
  const bundled = []
  for (const page of pages) {
    run.say(`bundling ${page.label}`)
    const by = {}
    const names = page.byAll && !run.quick ? Object.keys(bundlers) : quickBundlers
    for (const name of names) {
      by[name] = await bundle(page, name)
      if (by[name] === undefined) break
    }
    bundled.push({ ...page, by })
  }
  return bundled
}

const sizeTable = (bundler, bundled) => {
  const floor = bundled.find(({ name }) => name === "floor").by[bundler].size
  return {
    title: `By ${bundler}`,
    columns: ["Page", "minified", "gzip", "brotli", "gzip over the floor"],
    rows: bundled
      .filter(({ by }) => bundler in by || by.esbuild === undefined)
      .map(({ by, label, ours }) => {
        const size = by[bundler]?.size
        if (size === undefined) return [label, "does not bundle for a browser", "–", "–", "–"]
        const over = ours ? kilobytes(size.gzip - floor.gzip) : "–"
        return [label, kilobytes(size.minified), kilobytes(size.gzip), kilobytes(size.brotli), over]
      })
  }
}

const budgetChecks = (bundled) => {
  const gzip = (name, bundler) =>
    bundled.find((page) => page.name === name).by[bundler]?.size.gzip ?? Number.NaN
  return Object.entries(most).flatMap(([name, { over, whole }]) =>
    quickBundlers.map((bundler) => {
      const size = gzip(name, bundler)
      const above = size - gzip("floor", bundler)
      return {
        what: `${pageNamed(name).label}, by ${bundler}, is at most ${kilobytes(whole)}, ${kilobytes(over)} of it over the floor`,
        passed: size <= whole && above <= over,
        seen: `${kilobytes(size)}, ${kilobytes(above)} over the floor`
      }
    })
  )
}

/** How many bytes over the floor come from each module. */
const overTheFloorByModule = async (page) => {
  const [floor, ours] = await Promise.all([
    modulesOf(entryOf(pageNamed("floor"))),
    modulesOf(entryOf(pageNamed(page)))
  ])
  return [...ours]
    .map(([module, bytes]) => ({ module, bytes: bytes - (floor.get(module) ?? 0) }))
    .filter(({ bytes }) => bytes > 0)
    .sort((left, right) => right.bytes - left.bytes)
}

const moduleTable = (modules) => {
  const shown = modules.slice(0, 15)
  const rest = modules.slice(15)
  return {
    title: "A sign-in by pop-up over the floor, by esbuild: minified bytes of each module",
    columns: ["Module", "bytes"],
    rows: [
      ...shown.map(({ bytes, module }) => [module, count(bytes)]),
      [`${rest.length} others`, count(rest.reduce((sum, { bytes }) => sum + bytes, 0))]
    ]
  }
}

/** Runs before the page's script. It records the time of the first call, and sends nothing. */
const listen = () => {
  const called = () => {
    globalThis.firstCall ??= performance.now()
    return new Promise(() => undefined)
  }
  globalThis.fetch = called
  XMLHttpRequest.prototype.send = called
}

const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>page</title><link rel="icon" href="data:,">
<script>(${listen})()</script><script type="module" src="page.js"></script></head><body></body></html>`

const filesOf = (bundled) =>
  Object.fromEntries(
    bundled.flatMap(({ by, name }) => [
      [`/${name}/`, { type: "text/html; charset=utf-8", body: html }],
      [`/${name}/page.js`, { type: "text/javascript; charset=utf-8", body: by.esbuild.code }]
    ])
  )

/** Times the first call in a browser that has never seen the page, on a processor as slow as a phone's. */
const firstCall = async (browser, url, slowdown) => {
  const context = await browser.newContext()
  try {
    const page = await context.newPage()
    const session = await context.newCDPSession(page)
    await session.send("Emulation.setCPUThrottlingRate", { rate: slowdown })
    await page.goto(url)
    const waited = await page.waitForFunction(() => globalThis.firstCall, undefined, { timeout: 20_000 })
    return await waited.jsonValue()
  } finally {
    await context.close()
  }
}

const slowdown = 4

const timeFirstCalls = async (run, bundled) => {
  const callers = bundled.filter(({ by, calls }) => calls && by.esbuild !== undefined)
  const rounds = run.rounds ?? (run.quick ? 1 : 15)
  const site = await servePages({ files: filesOf(callers) })
  const browser = await chromium.launch(launchOptions())
  const times = new Map(callers.map(({ name }) => [name, []]))
  try {
    for (let round = 0; round < rounds; round += 1) {
      run.say(`first calls in Chromium, round ${round + 1} of ${rounds}`)
      for (const { name } of rotated(callers, round))
        times.get(name)?.push(await firstCall(browser, `${site.url}/${name}/`, slowdown))
    }
    return {
      version: browser.version(),
      figures: callers.map(({ label, name, ours = false }) => ({
        label,
        ours,
        milliseconds: summary(times.get(name) ?? [])
      }))
    }
  } finally {
    await browser.close()
    await site.close()
  }
}

/** Times are optional: if no browser is found, that is reported. */
const tryFirstCalls = async (run, bundled) => {
  try {
    launchOptions()
  } catch (error) {
    run.say(error.message)
    return undefined
  }
  return timeFirstCalls(run, bundled)
}

const timeTable = ({ figures, version }) => ({
  title: `Until the first call, in Chromium ${version}, milliseconds`,
  columns: ["Page", "from opening the page"],
  rows: figures.map(({ label, milliseconds }) => [label, spread(milliseconds)])
})

const timePlot = ({ figures }) => ({
  name: "browser-time",
  title: "Until a page's first call, processor slowed down (less is better)",
  unit: "ms",
  bars: figures.map(({ label, milliseconds: { high, low, median }, ours }) => ({
    label,
    value: median,
    low,
    high,
    ours
  }))
})

/** @type {import("../report/page.mjs").Measurement} */
export const browser = {
  name: "browser",
  title: "In the browser",
  measure: async (run) => {
    const bundled = await bundleAll(run)
    const names = run.quick ? quickBundlers : Object.keys(bundlers)
    const modules = await overTheFloorByModule("sign-in")
    const times = await tryFirstCalls(run, bundled)
    return {
      about: [
        "Each page is one script, bundled from the built packages for production.",
        "The floor is a sign-in written by hand with Effect, its HttpClient and its Schema. A page that uses Effect already has that, and it is most of our size.",
        `A page that only signs in may be ${kilobytes(most["sign-in"].over)} over the floor, gzipped.`,
        times === undefined
          ? "No Chromium was found, so no times were taken."
          : `Times are for scripts by esbuild, with an empty cache, on a processor slowed down ${slowdown} times.`
      ],
      tables: [
        ...names.map((name) => sizeTable(name, bundled)),
        moduleTable(modules),
        ...(times ? [timeTable(times)] : [])
      ],
      plots: [
        {
          name: "browser-size",
          title: "A page's script by esbuild, minified and gzipped (less is better)",
          unit: "kB",
          bars: bundled
            .filter(({ by }) => by.esbuild !== undefined)
            .map(({ by, label, ours = false }) => ({ label, value: by.esbuild.size.gzip / 1000, ours }))
        },
        ...(times ? [timePlot(times)] : [])
      ],
      checks: budgetChecks(bundled),
      data: {
        sizes: bundled.map(({ by, label }) => ({
          page: label,
          bytes: Object.fromEntries(Object.entries(by).map(([name, made]) => [name, made?.size ?? null]))
        })),
        overTheFloorByModule: modules,
        firstCall: times ?? null
      }
    }
  }
}
