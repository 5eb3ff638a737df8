import { defineConfig, mergeConfig } from "vitest/config"
import shared from "../../scripts/vitest.config.ts"

/** One file after the other, all in one Chromium: two would only wait for each other. */
export default mergeConfig(
  shared,
  defineConfig({
    test: {
      globalSetup: "../../scripts/chromium.setUp.mjs",
      maxWorkers: 1,
      testTimeout: 60_000,
      hookTimeout: 120_000
    }
  })
)
