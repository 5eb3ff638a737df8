/** What the tests of the page share: the built page, a sandbox, and a person's browser that complains of everything. */
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { connect } from "@tmdb-session/testing/Chromium"
import type { BrowserContextOptions, Page } from "playwright-core"
import { afterAll, afterEach, assert, beforeAll } from "vitest"
import { serveDemo } from "../serve.mjs"

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")

export interface Visit {
  readonly page: Page
  /** Presses a button of the page. */
  readonly press: (name: string) => Promise<void>
  /** Waits for the heading that says how things are. */
  readonly sees: (heading: string) => Promise<void>
  /** Presses a button that opens a pop-up, and yields it. */
  readonly pressForPopup: (name: string) => Promise<Page>
}

/** Serves the page and a sandbox for the tests of a file. */
export const inChromium = () => {
  const shared = {} as {
    demo: Awaited<ReturnType<typeof serveDemo>>
    browser: Awaited<ReturnType<typeof connect>>
  }
  /** Whatever the browser said against a page, of any test. */
  const complaints: Array<string> = []

  beforeAll(async () => {
    shared.browser = await connect()
    shared.demo = await serveDemo({ users: [{ username: "filmfan", name: "Frances Ha" }] })
  })

  afterEach(async () => {
    await Promise.all(shared.browser.contexts().map((context) => context.close()))
    shared.demo.sandbox.reset()
    assert.deepStrictEqual(complaints.splice(0), [], "the console, or the page's policy, complained")
  })

  afterAll(async () => {
    await shared.browser.close()
    await shared.demo.close()
  })

  const listen = (page: Page): void => {
    page.on("pageerror", (error) => complaints.push(error.message))
    page.on("console", (message) => {
      // TMDB's "not yet" is an HTTP 401, which the browser reports by itself.
      const notYet = message.location().url.endsWith("/authentication/session/new")
      if (message.type() !== "error" && message.type() !== "warning") return
      if (!notYet || !message.text().includes("401")) complaints.push(message.text())
    })
  }

  /** Somebody opens the page. Violations of its policy reach the console. */
  const visit = async (options: BrowserContextOptions = {}, path = "/"): Promise<Visit> => {
    const context = await shared.browser.newContext({ locale: "en-GB", ...options })
    context.on("page", listen)
    const page = await context.newPage()
    await page.goto(shared.demo.url + path)
    const press = (name: string) => page.getByRole("button", { name }).click()
    return {
      page,
      press,
      sees: (heading) => page.getByRole("heading", { name: heading }).waitFor(),
      pressForPopup: async (name) => {
        const [popup] = await Promise.all([page.waitForEvent("popup"), press(name)])
        await popup.getByRole("button", { name: "Allow" }).waitFor()
        return popup
      }
    }
  }

  return { complaints, shared, visit }
}

/** What axe holds against a page, by rule and element. Its policy lets no script in, so axe comes by the driver. */
export const violations = async (page: Page): Promise<ReadonlyArray<string>> => {
  const found: unknown = await page.evaluate(`${axe};
    axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + " " + target.join(" "))))`)
  return found as ReadonlyArray<string>
}
