/** Sessions in the browser's own storage, in a real browser. */
import type { Page } from "playwright-core"
import { assert, describe, it } from "vitest"
import { ended, inChromium } from "./Harness.js"

const harness = inChromium()

type Area = "layerLocal" | "layerSession"

/** Uses a store of the page, as an app would; its methods are called in turn, and what the last yields is kept. */
const use = (page: Page, area: Area, ...methods: ReadonlyArray<"save" | "load" | "list" | "remove">) =>
  page.evaluate(
    ({ area, methods }) => {
      const { Effect, Option, Redacted, SessionStore, WebSessionStore } = tmdb
      const record = {
        version: 1,
        sessionId: Redacted.make("canary".repeat(7)),
        apiUrl: "https://api.themoviedb.org"
      } as const
      const call = (store: typeof SessionStore.SessionStore.Service, method: (typeof methods)[number]) => {
        if (method === "save") return store.save(record)
        if (method === "remove") return store.remove()
        if (method === "list") return store.list
        return Effect.map(
          store.load(),
          Option.match({ onNone: () => "none", onSome: (kept) => Redacted.value(kept.sessionId) })
        )
      }
      const program = Effect.flatMap(SessionStore.SessionStore, (store) =>
        Effect.reduce(methods, undefined as unknown, (_, method) => call(store, method))
      )
      kept.result = Effect.runPromise(
        Effect.flip(Effect.flip(Effect.provide(program, WebSessionStore[area]()))).pipe(
          Effect.catchAll((error) => Effect.succeed({ ...error, text: error.message }))
        )
      )
    },
    { area, methods }
  )

/** How a store's use ended. */
const outcome = async (page: Page, area: Area, ...methods: Parameters<typeof use>[2][]) => {
  await use(page, area, ...methods)
  return (await ended(page)).value
}

describe.each<[Area, "localStorage" | "sessionStorage"]>([
  ["layerLocal", "localStorage"],
  ["layerSession", "sessionStorage"]
])("%s", (area, storage) => {
  it("keeps a session, lists its profile, and forgets it", async () => {
    const { page } = harness
    assert.strictEqual(await outcome(page, area, "load"), "none")
    assert.strictEqual(await outcome(page, area, "save", "load"), "canary".repeat(7))
    assert.deepStrictEqual(await outcome(page, area, "list"), ["default"])
    assert.isNotNull(await page.evaluate((name) => window[name].getItem("tmdb-session/default"), storage))
    assert.deepStrictEqual(await outcome(page, area, "remove", "list"), [])
  })

  it("survives a reload", async () => {
    const { page } = harness
    await outcome(page, area, "save")
    await page.reload()
    await page.waitForFunction(() => "tmdb" in globalThis)
    assert.strictEqual(await outcome(page, area, "load"), "canary".repeat(7))
  })

  it("given a storage that is full, fails with reason full, and what was kept stays", async () => {
    const { page } = harness
    await page.evaluate((name) => {
      for (let size = 4_194_304; size >= 1; size = Math.floor(size / 2)) {
        try {
          for (let index = 0; ; index++) window[name].setItem(`full ${size} ${index}`, "x".repeat(size))
        } catch {}
      }
    }, storage)
    const error = await outcome(page, area, "save")
    assert.deepInclude(error, { _tag: "SessionStoreError", reason: "full" })
    assert.notInclude(JSON.stringify(error), "canary")
    assert.strictEqual(await outcome(page, area, "load"), "none")
  })

  it("given a storage that is blocked, fails with reason permission, whatever is asked", async () => {
    const page = await harness.openPage("/without-storage", harness.page)
    for (const method of ["save", "load", "list", "remove"] as const) {
      const error = await outcome(page, area, method)
      assert.deepInclude(error, { _tag: "SessionStoreError", reason: "permission" }, method)
    }
  })
})

describe("what another tab does", () => {
  it.each([
    ["signs in", "save", { profile: "default", kept: true }],
    ["signs out", "remove", { profile: "default", kept: false }],
    ["clears everything", "clear", { profile: undefined, kept: false }]
  ] as const)("is noticed when it %s, and other keys are not", async (_, action, change) => {
    const other = await harness.openPage("/other")
    if (action !== "save") await outcome(other, "layerLocal", "save")
    await harness.page.evaluate(() => {
      const { Effect, Stream, WebSessionStore } = tmdb
      kept.result = Effect.runPromise(
        Effect.map(Stream.runCollect(Stream.take(WebSessionStore.changes(), 1)), (all) => [...all][0])
      )
    })
    await other.evaluate(() => {
      localStorage.setItem("not ours", "1")
      localStorage.setItem("tmdb-session/~probe", "")
      sessionStorage.setItem("tmdb-session/of this tab alone", "1")
    })
    if (action === "clear") await other.evaluate(() => localStorage.clear())
    else await outcome(other, "layerLocal", action)
    assert.deepStrictEqual((await ended(harness.page)).value, change)
  })
})
