/** Asking in a window of its own, in a real browser, on the sandbox's approval page. */
import type { Page } from "playwright-core"
import { assert, describe, it } from "vitest"
import { decide, ended, inChromium } from "./Harness.js"

const harness = inChromium()

interface Options {
  readonly redirectTo?: string
  readonly grace?: string
  readonly version?: 3 | 4
}

/** Makes the button sign in, as an app would. */
const prepare = (page: Page, options: Options = {}) =>
  page.evaluate(
    ({ grace = "1 second", redirectTo = "/landing", version = 3, webUrl }) => {
      const session = tmdb.createTmdbClient({ apiUrl: "/tmdb", webUrl })
      const approval = tmdb.PopupApproval.layer({
        redirectTo,
        grace: grace as NonNullable<Parameters<typeof tmdb.PopupApproval.layer>[0]["grace"]>
      })
      const abort = new AbortController()
      const signIn = () => {
        kept.abort = abort
        kept.result = session.signIn({ approval, version, signal: abort.signal })
        kept.result.catch(() => undefined)
      }
      document.querySelector("button")?.addEventListener("click", signIn)
    },
    { ...options, webUrl: harness.sandbox.webUrl }
  )

/** Presses the page's button, and waits for TMDB's page in the window that opens. */
const openPopup = async (page: Page): Promise<Page> => {
  const [popup] = await Promise.all([page.waitForEvent("popup"), page.click("button")])
  await popup.getByRole("button", { name: "Allow" }).waitFor()
  return popup
}

/** Playwright has every page believe that it has the focus; this one is told the truth. */
const showFocus = async (page: Page): Promise<void> => {
  const devTools = await page.context().newCDPSession(page)
  for (const enabled of [true, false]) await devTools.send("Emulation.setFocusEmulationEnabled", { enabled })
}

/** Lets ten seconds pass by a page's clock, and TMDB answer all the while; tells how the sign-in stands then. */
const inTenSeconds = async (page: Page): Promise<"waits" | "over"> => {
  const quarter = () =>
    page.evaluate(() => {
      const over = () => "over" as const
      const answered = fetch("/tmdb/3/authentication").then(() => "waits" as const)
      return Promise.race([Promise.resolve(kept.result).then(over, over), answered])
    })
  for (let passed = 0; passed < 10_000; passed += 250) {
    await page.clock.runFor(250)
    await quarter()
  }
  return quarter()
}

describe("a sign-in in a window of its own", () => {
  it("given someone who allows, ends in one session, and the window closes", async () => {
    await prepare(harness.page)
    const popup = await openPopup(harness.page)
    const closed = popup.waitForEvent("close")
    await decide(popup, "Allow")
    const { value } = await ended(harness.page)
    assert.match((value as { sessionId: string }).sessionId, /^[0-9a-f]{40}$/)
    await closed
    assert.strictEqual(harness.sandbox.inspect().held.sessions, 1)
  })

  it("given someone who denies, ends in ApprovalDenied, and no session", async () => {
    await prepare(harness.page)
    await decide(await openPopup(harness.page), "Deny")
    assert.strictEqual((await ended(harness.page)).tag, "ApprovalDenied")
    assert.strictEqual(harness.sandbox.inspect().held.sessions, 0)
  })

  it("given someone who closes the window, ends in ApprovalDenied", async () => {
    await prepare(harness.page)
    const popup = await openPopup(harness.page)
    await popup.close()
    assert.strictEqual((await ended(harness.page)).tag, "ApprovalDenied")
  })

  it("given a window that is gone while the person is elsewhere, waits until they are back", async () => {
    const context = (await harness.context.browser()?.newContext()) ?? assert.fail("There is no browser")
    try {
      await context.clock.install()
      const page = await harness.openPage("/", await context.newPage())
      await showFocus(page)
      await prepare(page)
      const popup = await openPopup(page)
      await (await context.newPage()).bringToFront()
      await popup.close()
      assert.strictEqual(await inTenSeconds(page), "waits")
      await page.bringToFront()
      assert.strictEqual(await inTenSeconds(page), "over")
      assert.strictEqual((await ended(page)).tag, "ApprovalDenied")
    } finally {
      await context.close()
    }
  })

  it("given a window that is closed after approving, before it came back, ends in a session", async () => {
    await prepare(harness.page)
    const popup = await openPopup(harness.page)
    const token = new URL(popup.url()).pathname.split("/")[2] ?? ""
    harness.sandbox.approve(token)
    await popup.close()
    assert.property((await ended(harness.page)).value, "sessionId")
  })

  it("that TMDB cuts off from its opener (COOP) is heard of all the same, and its page can close", async () => {
    await prepare(harness.page, { grace: "1 minute" })
    await harness.context.route(`${harness.sandbox.webUrl}/authenticate/**`, async (route) => {
      if (route.request().method() !== "GET") return route.continue()
      const response = await route.fetch({ maxRedirects: 0 })
      await route.fulfill({
        response,
        headers: { ...response.headers(), "cross-origin-opener-policy": "same-origin" }
      })
    })
    await decide(await openPopup(harness.page), "Allow")
    assert.property((await ended(harness.page)).value, "sessionId")
    assert.strictEqual(harness.sandbox.inspect().held.sessions, 1)
  })

  it("that no click began is blocked: ApprovalFailed, which says so and offers a redirect", async () => {
    const page = await harness.openPage("/uninvited", harness.page)
    const { message = "", reason, tag } = await ended(page)
    assert.strictEqual(tag, "ApprovalFailed")
    assert.strictEqual(reason, "blocked")
    assert.match(message, /Allow pop-ups.*redirect/)
    assert.isUndefined(harness.sandbox.inspect().requests["GET /3/authentication/token/new"])
  })

  it("whose landing page is of another origin fails before a window opens", async () => {
    await prepare(harness.page, { redirectTo: "https://elsewhere.example/landing" })
    await harness.page.click("button")
    const { message = "", tag } = await ended(harness.page)
    assert.strictEqual(tag, "ApprovalFailed")
    assert.match(message, /of another origin/)
    assert.lengthOf(harness.context.pages(), 1)
  })

  it("that is aborted rejects with the reason, and what is approved later is exchanged by nobody", async () => {
    await prepare(harness.page)
    const popup = await openPopup(harness.page)
    await harness.page.evaluate(() => kept.abort?.abort(new Error("changed my mind")))
    assert.strictEqual((await ended(harness.page)).message, "changed my mind")
    const closed = popup.waitForEvent("close")
    await decide(popup, "Allow")
    await closed
    assert.strictEqual(harness.sandbox.inspect().held.sessions, 0)
  })

  it("for which TMDB gives no request token closes the window it has opened", async () => {
    harness.sandbox.faults.add({ fault: "rateLimited", retryAfter: 60 })
    await prepare(harness.page)
    const [popup] = await Promise.all([harness.page.waitForEvent("popup"), harness.page.click("button")])
    if (!popup.isClosed()) await popup.waitForEvent("close")
    assert.strictEqual((await ended(harness.page)).tag, "RateLimited")
  })

  it("gives TMDB's page no way back to the app's", async () => {
    await prepare(harness.page)
    const popup = await openPopup(harness.page)
    assert.isNull(await popup.evaluate(() => window.opener))
  })

  it("in two tabs at once: each hears of its own window only", async () => {
    const other = await harness.openPage()
    for (const page of [harness.page, other]) await prepare(page)
    const first = await openPopup(harness.page)
    const second = await openPopup(other)
    await decide(second, "Deny")
    assert.strictEqual((await ended(other)).tag, "ApprovalDenied")
    await decide(first, "Allow")
    assert.property((await ended(harness.page)).value, "sessionId")
  })

  it("of version 4, that TMDB brings back without a query, ends in a session", async () => {
    await prepare(harness.page, { version: 4 })
    await decide(await openPopup(harness.page), "Allow")
    assert.hasAllKeys((await ended(harness.page)).value, ["sessionId", "accessToken", "accountId"])
  })
})

describe("the landing page", () => {
  it.each([
    ["approved", "/landing?request_token=abc&approved=true&mine=1", "approved", "?mine=1"],
    ["denied", "/landing?request_token=abc&denied=true", "denied", ""],
    ["unknown, opened by hand", "/landing", "unknown", ""]
  ])("says %s, and takes the token out of the address bar", async (_, path, outcome, query) => {
    const page = await harness.context.newPage()
    // A tab that a person opened does not let itself be closed.
    await page.addInitScript(() => {
      window.close = () => undefined
    })
    await page.goto(harness.site + path)
    assert.include(await page.title(), outcome)
    assert.strictEqual(new URL(page.url()).search, query)
  })
})
