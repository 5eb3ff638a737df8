/** Starts one Chromium before the tests of a package. Its files connect to it with `connect` of `Chromium.ts`. */
import { chromium } from "playwright-core"
import type { TestProject } from "vitest/node"
import { launchOptions } from "../../../scripts/chromium.mjs"

declare module "vitest" {
  interface ProvidedContext {
    chromium: string
  }
}

export default async ({ provide }: TestProject) => {
  const server = await chromium.launchServer(launchOptions())
  provide("chromium", server.wsEndpoint())
  return () => server.close()
}
