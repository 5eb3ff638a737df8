/** Takes the screenshots for the documents: each view in phone and desktop width, light and dark. Run it by hand. */
import { mkdirSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { chromium } from "playwright-core"
import { launchOptions } from "../../scripts/chromium.mjs"
import { serveDemo } from "./serve.mjs"

const folder = fileURLToPath(new URL("../../docs/images", import.meta.url))
mkdirSync(folder, { recursive: true })

const demo = await serveDemo({ users: [{ username: "filmfan", name: "Frances Ha" }] })
const browser = await chromium.launch(launchOptions())

const signIn = async (page) => {
  const [popup] = await Promise.all([
    page.waitForEvent("popup"),
    page.getByRole("button", { name: "Sign in with a pop-up" }).click()
  ])
  await popup.getByRole("button", { name: "Allow" }).click()
  await page.getByRole("heading", { name: "Frances Ha" }).waitFor()
  await page.locator("#picture").waitFor({ state: "visible" })
  await page.getByRole("heading", { name: "Frances Ha" }).blur()
}

for (const [device, width, height] of [
  ["phone", 390, 844],
  ["desktop", 1280, 800]
]) {
  for (const colorScheme of ["light", "dark"]) {
    const page = await browser.newPage({ viewport: { width, height }, colorScheme, locale: "en-GB" })
    const take = (view) =>
      page.screenshot({
        path: `${folder}/${view}-${device}-${colorScheme}.png`,
        fullPage: device === "phone"
      })
    await page.goto(demo.url)
    await page.getByRole("heading", { name: "You are not signed in" }).waitFor()
    await take("signed-out")
    await signIn(page)
    await take("signed-in")
    await page.close()
  }
}
await browser.close()
await demo.close()
