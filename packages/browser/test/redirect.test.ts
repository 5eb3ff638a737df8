/** Asking by leaving the page, in a real browser, on the sandbox's approval page. */
import type { Page } from "playwright-core"
import { assert, describe, it } from "vitest"
import { decide, ended, inChromium } from "./Harness.js"

const harness = inChromium()

/** Makes the page's button sign in by leaving for TMDB, and presses it. */
const press = async (page: Page, version: 3 | 4 = 3): Promise<void> => {
  await page.evaluate(
    ({ version, webUrl }) => {
      const session = tmdb.createTmdbClient({ apiUrl: "/tmdb", webUrl })
      document.querySelector("button")?.addEventListener("click", () => {
        kept.result = session.signIn({ version })
        kept.result.catch(() => undefined)
      })
    },
    { version, webUrl: harness.sandbox.webUrl }
  )
  await page.click("button")
}

/** The same, until TMDB's page is there. */
const leave = async (page: Page, version: 3 | 4 = 3): Promise<void> => {
  await press(page, version)
  await page.getByRole("button", { name: "Allow" }).waitFor()
}

/** Waits until the app's page is there again. */
const back = async (page: Page): Promise<void> => {
  await page.waitForURL(`${harness.site}/**`)
  await page.waitForFunction(() => "tmdb" in globalThis)
}

/** Finishes the sign-in as an app does when its page is opened; more than once where a framework runs it twice. */
const resume = async (page: Page, times = 1) => {
  await page.evaluate((times) => {
    const session = tmdb.createTmdbClient({ apiUrl: "/tmdb" })
    kept.result = Promise.all(Array.from({ length: times }, () => session.resumeSignIn()))
    kept.result.catch(() => undefined)
  }, times)
  const { value, ...error } = await ended(page)
  return { ...error, sessions: value as ReadonlyArray<{ sessionId: string } | undefined> | undefined }
}

const pending = (page: Page) => page.evaluate(() => sessionStorage.getItem("tmdb-session/~pending"))
/** On a slow machine TMDB is also asked before the page has left: what counts is what it gave. */
const held = () => harness.sandbox.inspect().held.sessions
const asked = () => harness.sandbox.inspect().requests["POST /3/authentication/session/new"] ?? 0

describe("a sign-in that leaves the page", () => {
  it("given someone who allows, ends in a session, once, with a clean address bar and no record", async () => {
    const { page } = harness
    await leave(page)
    await decide(page, "Allow")
    await back(page)
    const { sessions } = await resume(page)
    assert.match(sessions?.[0]?.sessionId ?? "", /^[0-9a-f]{40}$/)
    assert.strictEqual(page.url(), `${harness.site}/`)
    assert.isNull(await pending(page))
    assert.strictEqual(held(), 1)
  })

  it("given someone who denies, ends in ApprovalDenied, and no session", async () => {
    const { page } = harness
    await leave(page)
    await decide(page, "Deny")
    await back(page)
    assert.strictEqual((await resume(page)).tag, "ApprovalDenied")
    assert.strictEqual(page.url(), `${harness.site}/`)
    assert.strictEqual(held(), 0)
  })

  it("survives a reload on TMDB's page, and one on the way back", async () => {
    const { page } = harness
    await leave(page)
    await page.reload()
    await decide(page, "Allow")
    await back(page)
    await page.reload()
    await back(page)
    assert.property((await resume(page)).sessions?.[0], "sessionId")
  })

  it("is over once it is resumed: a reload and a second look find nothing", async () => {
    const { page } = harness
    await leave(page)
    await decide(page, "Allow")
    await back(page)
    await resume(page)
    assert.deepStrictEqual((await resume(page)).sessions, [undefined])
    await page.reload()
    await back(page)
    assert.deepStrictEqual((await resume(page)).sessions, [undefined])
    assert.strictEqual(held(), 1)
  })

  it("that is resumed twice at once, as some frameworks do, is exchanged once", async () => {
    const { page } = harness
    await leave(page)
    await decide(page, "Allow")
    await back(page)
    const { sessions = [] } = await resume(page, 2)
    assert.lengthOf(
      sessions.filter((session) => session !== undefined),
      1
    )
    assert.strictEqual(held(), 1)
  })

  it("in two tabs at once: each is given its own session", async () => {
    const { page } = harness
    const other = await harness.openPage()
    await leave(page)
    await leave(other)
    const ids = []
    for (const tab of [other, page]) {
      await decide(tab, "Allow")
      await back(tab)
      ids.push((await resume(tab)).sessions?.[0]?.sessionId)
    }
    assert.notInclude(ids, undefined)
    assert.notStrictEqual(ids[0], ids[1])
  })

  it("given an address with another request token, fails, and the one under way can still end well", async () => {
    const { page } = harness
    await leave(page)
    const approval = page.url()
    await page.goto(`${harness.site}/?request_token=${"0".repeat(40)}&approved=true`)
    await back(page)
    const { message = "", tag } = await resume(page)
    assert.strictEqual(tag, "ApprovalFailed")
    assert.match(message, /another sign-in/)
    assert.strictEqual(page.url(), `${harness.site}/`)
    await page.goto(approval)
    await decide(page, "Allow")
    await back(page)
    assert.property((await resume(page)).sessions?.[0], "sessionId")
  })

  it("given an address from elsewhere while none is under way, fails, and TMDB is not asked", async () => {
    const { page } = harness
    await page.goto(`${harness.site}/?request_token=${"0".repeat(40)}&approved=true&mine=1#part`)
    await back(page)
    assert.strictEqual((await resume(page)).tag, "ApprovalFailed")
    assert.strictEqual(page.url(), `${harness.site}/?mine=1#part`)
    assert.strictEqual(asked(), 0)
  })

  it("given trouble on the way, goes on when it is tried again", async () => {
    const { page } = harness
    await leave(page)
    await decide(page, "Allow")
    await back(page)
    harness.sandbox.faults.add({ fault: "maintenance", times: 3 })
    assert.strictEqual((await resume(page)).tag, "ServiceUnavailable")
    assert.property((await resume(page)).sessions?.[0], "sessionId")
  })

  it("given the back button, ends where the page is restored as it was left", async () => {
    const { page } = harness
    // The driver loses a page that comes out of the browser's cache. This one stays, and is told that it came out.
    await harness.context.route(`${harness.sandbox.webUrl}/authenticate/**`, (route) =>
      route.fulfill({ status: 204 })
    )
    const left = page.waitForRequest(/authenticate/)
    await press(page)
    await left
    await page.evaluate(() => dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })))
    assert.strictEqual((await ended(page)).tag, "ApprovalDenied")
    assert.isNull(await pending(page))
  })

  it("whose page is opened anew without a callback is still under way", async () => {
    const { page } = harness
    await leave(page)
    const approval = page.url()
    await page.goto(`${harness.site}/other`)
    await back(page)
    assert.deepStrictEqual((await resume(page)).sessions, [undefined])
    await page.goto(approval)
    await decide(page, "Allow")
    await back(page)
    assert.property((await resume(page)).sessions?.[0], "sessionId")
  })

  it("of version 4, that TMDB brings back without a query, ends in a session", async () => {
    const { page } = harness
    await leave(page, 4)
    await decide(page, "Allow")
    await back(page)
    assert.hasAllKeys((await resume(page)).sessions?.[0], ["sessionId", "accessToken", "accountId"])
  })

  it("that expired while the person was away finds nothing, without asking TMDB", async () => {
    const { page } = harness
    await leave(page)
    await page.goto(`${harness.site}/`)
    await back(page)
    await page.evaluate(() => {
      const record = JSON.parse(sessionStorage.getItem("tmdb-session/~pending") ?? "{}")
      sessionStorage.setItem(
        "tmdb-session/~pending",
        JSON.stringify({ ...record, expiresAt: Date.now() - 1 })
      )
    })
    const before = asked()
    assert.deepStrictEqual((await resume(page)).sessions, [undefined])
    assert.strictEqual(asked(), before)
  })

  it.each([
    ["the browser keeps nothing for the site", "/without-storage", "/", /stores no data.*pop-up/],
    ["the page to come back to is of another origin", "/", "https://elsewhere.example/", /of another origin/]
  ])("fails before it leaves when %s", async (_, path, redirectTo, words) => {
    const page = await harness.openPage(path, harness.page)
    await page.evaluate((redirectTo) => {
      kept.result = tmdb
        .createTmdbClient({ apiUrl: "/tmdb" })
        .signIn({ approval: tmdb.RedirectApproval.layer({ redirectTo }) })
      kept.result.catch(() => undefined)
    }, redirectTo)
    const { message = "", tag } = await ended(page)
    assert.strictEqual(tag, "ApprovalFailed")
    assert.match(message, words)
    assert.isUndefined(harness.sandbox.inspect().requests["GET /3/authentication/token/new"])
  })
})
