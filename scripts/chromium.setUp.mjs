/** Before the tests of a package: one Chromium for all of its files, which each connects to. */
import { chromium } from "playwright-core"
import { launchOptions } from "./chromium.mjs"

export default async ({ provide }) => {
  const server = await chromium.launchServer(launchOptions())
  provide("chromium", server.wsEndpoint())
  return () => server.close()
}
