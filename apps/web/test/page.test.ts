/** The page as a person uses it: in Chromium, on the built files, with a sandbox in TMDB's place. */
import { assert, describe, it } from "vitest"
import { inChromium, type Visit, violations } from "./Harness.js"

const { complaints, shared, visit } = inChromium()

const popupButton = "Sign in with a pop-up"
const redirectButton = "Sign in on this page"

const signIn = async ({ pressForPopup, sees }: Visit): Promise<void> => {
  const popup = await pressForPopup(popupButton)
  await popup.getByRole("button", { name: "Allow" }).click()
  await sees("Frances Ha")
}

const held = () => shared.demo.sandbox.inspect().held.sessions

describe("somebody who signs in", () => {
  it("with a pop-up sees who they are, every step, and where the session is; signing out ends it at TMDB", async () => {
    const visitor = await visit()
    await signIn(visitor)
    const { page, press, sees } = visitor
    assert.strictEqual(await page.locator("#username").textContent(), "@filmfan")
    await page.locator("#picture").waitFor({ state: "visible" })
    const told = await page.locator("#log li span").allTextContents()
    // On a slow machine TMDB is also asked before they have decided.
    assert.includeMembers(told, [
      "TMDB gave a request token, valid for 60 minutes",
      `Waiting for your approval at ${new URL(shared.demo.sandbox.webUrl).host}`,
      "TMDB sent you back: approved",
      "Asking TMDB for a session",
      "TMDB gave a session"
    ])
    assert.strictEqual(told.at(-1), "Signed in as filmfan")
    assert.match((await page.locator("#stored-local").textContent()) ?? "", /^Session [0-9a-f]{4}…$/)
    assert.strictEqual(held(), 1)
    await press("Sign out")
    await sees("You are not signed in")
    assert.strictEqual(await page.locator("#stored-local").textContent(), "Nothing")
    assert.strictEqual(held(), 0)
  })

  it("on this page comes back signed in, in this tab only if they said so, and stays so after a reload", async () => {
    const { page, press, sees } = await visit()
    await page.getByLabel("Only in this tab").check()
    await press(redirectButton)
    await page.getByRole("button", { name: "Allow" }).click()
    await sees("Frances Ha")
    assert.strictEqual(page.url(), `${shared.demo.url}/`)
    assert.match((await page.locator("#stored-session").textContent()) ?? "", /^Session/)
    assert.strictEqual(await page.locator("#stored-local").textContent(), "Nothing")
    await page.reload()
    await sees("Frances Ha")
  })

  it("by keyboard alone can, and is led to what comes next", async () => {
    const { page, sees } = await visit()
    await sees("You are not signed in")
    const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim())
    await page.keyboard.press("Tab")
    assert.strictEqual(await focused(), "Skip to the page")
    await page.keyboard.press("Tab")
    assert.strictEqual(await focused(), popupButton)
    const [popup] = await Promise.all([page.waitForEvent("popup"), page.keyboard.press("Enter")])
    await popup.getByRole("button", { name: "Allow" }).press("Enter")
    await sees("Frances Ha")
    await page.waitForFunction(() => document.activeElement?.id === "name")
    await page.keyboard.press("Tab")
    assert.strictEqual(await focused(), "Sign out")
  })

  it("as a guest sees until when, and that only this page knows", async () => {
    const { page, press, sees } = await visit()
    await press("Continue as a guest")
    await sees("Guest")
    assert.match((await page.locator("#guest-end").textContent()) ?? "", /^on .*\d{4}/)
    assert.match((await page.locator("#stored-memory").textContent()) ?? "", /^Guest session/)
  })

  it("and signs out in another tab is signed out here", async () => {
    const first = await visit()
    await signIn(first)
    const page = await first.page.context().newPage()
    await page.goto(shared.demo.url)
    await page.getByRole("button", { name: "Sign out" }).click()
    await first.sees("You are not signed in")
  })

  it("whose session was ended elsewhere is told so, and it is forgotten", async () => {
    const visitor = await visit()
    await signIn(visitor)
    shared.demo.sandbox.reset()
    await visitor.page.reload()
    await visitor.sees("Your session has ended")
    assert.strictEqual(await visitor.page.locator("#stored-local").textContent(), "Nothing")
    // The browser itself reports every answer of 401.
    complaints.splice(0)
  })
})

describe("somebody who does not sign in", () => {
  it.each([
    ["denies in the pop-up", popupButton],
    ["denies on the way", redirectButton]
  ])("but %s reads that nothing was shared", async (_, button) => {
    const { page, press, pressForPopup, sees } = await visit()
    if (button === popupButton) {
      await (await pressForPopup(button)).getByRole("button", { name: "Deny" }).click()
    } else {
      await press(button)
      await page.getByRole("button", { name: "Deny" }).click()
    }
    await sees("You did not approve")
    assert.include(await page.getByRole("alert").textContent(), "Nothing was shared with this page")
    await press("Back")
    await sees("You are not signed in")
  })

  it("but cancels is back where they began", async () => {
    const { press, pressForPopup, sees } = await visit()
    await pressForPopup(popupButton)
    await press("Cancel")
    await sees("You are not signed in")
  })

  it("because the pop-up is blocked is offered to sign in on this page, and can", async () => {
    const { page, press, sees } = await visit()
    await page.evaluate(() => {
      // A person's own blocker, in the way it answers a page: no window.
      window.open = () => null
    })
    await press(popupButton)
    await sees("Your browser blocked the pop-up")
    await page.getByRole("alert").getByRole("button", { name: redirectButton }).click()
    await page.getByRole("button", { name: "Allow" }).click()
    await sees("Frances Ha")
  })

  it("because they are offline reads that", async () => {
    const { page, press, sees } = await visit()
    await sees("You are not signed in")
    await page.context().setOffline(true)
    await press("Continue as a guest")
    await sees("You are offline")
    // The browser itself reports a request that cannot go out.
    complaints.splice(0)
  })

  it("because TMDB is down reads that", async () => {
    const { press, sees } = await visit()
    shared.demo.sandbox.faults.add({ fault: "maintenance", times: "always" })
    await press("Continue as a guest")
    await sees("TMDB is having trouble")
    complaints.splice(0)
  })
})

describe.each([
  ["on a phone, light", { colorScheme: "light", viewport: { width: 390, height: 844 } }],
  ["on a phone, dark", { colorScheme: "dark", viewport: { width: 390, height: 844 } }],
  ["on a desktop, light", { colorScheme: "light", viewport: { width: 1280, height: 800 } }],
  ["on a desktop, dark", { colorScheme: "dark", viewport: { width: 1280, height: 800 } }]
] as const)("%s", (_, options) => {
  it("axe finds nothing against any view, nothing overflows, and nothing moves by itself", async () => {
    const visitor = await visit({ ...options, reducedMotion: "reduce" })
    const { page, press, pressForPopup, sees } = visitor
    await page.evaluate(() => {
      interface Shift {
        readonly sources: ReadonlyArray<{ readonly node: Node | null }>
      }
      const shifts: Array<string> = []
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as unknown as ReadonlyArray<Shift>) {
          shifts.push(...entry.sources.map(({ node }) => node?.textContent?.trim() ?? "something"))
        }
      }).observe({ type: "layout-shift", buffered: true })
      Object.assign(globalThis, { shifts })
    })
    await sees("You are not signed in")
    assert.deepStrictEqual(await violations(page), [], "signed out")
    const popup = await pressForPopup(popupButton)
    assert.deepStrictEqual(await violations(page), [], "waiting")
    await popup.getByRole("button", { name: "Allow" }).click()
    await sees("Frances Ha")
    assert.deepStrictEqual(await violations(page), [], "signed in")
    await press("Sign out")
    await press("Continue as a guest")
    await sees("Guest")
    assert.deepStrictEqual(await violations(page), [], "guest")
    await (await pressForPopup(popupButton)).getByRole("button", { name: "Deny" }).click()
    await sees("You did not approve")
    assert.deepStrictEqual(await violations(page), [], "problem")
    assert.isAtMost(await page.evaluate(() => document.documentElement.scrollWidth), options.viewport.width)
    assert.deepStrictEqual(await page.evaluate("shifts"), [])
  })
})

it("the page that the pop-up comes back to holds no Effect, and says what to do if it stays open", async () => {
  const { page } = await visit({}, "/signed-in.html")
  // The browser's own word for that.
  assert.match(complaints.splice(0).join(), /^Scripts may close only/)
  assert.strictEqual(await page.locator("h1").textContent(), "Nothing to do here")
  const sizes = await page.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .filter(({ name }) => name.endsWith(".js"))
      .map((entry) => (entry as PerformanceResourceTiming).decodedBodySize)
  )
  assert.isBelow(
    sizes.reduce((sum, size) => sum + size, 0),
    4096
  )
})
