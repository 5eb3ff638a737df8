/** The browser that tests run in. */
import { type Browser, chromium } from "playwright-core"
import { inject } from "vitest"
import type {} from "./ChromiumSetUp.js"

export { launchOptions } from "../../../scripts/chromium.mjs"

/** The Chromium that `ChromiumSetUp.ts` started for this package. */
export const connect = (): Promise<Browser> => chromium.connect(inject("chromium"))
