import { fileURLToPath } from "node:url"
import { defineConfig, mergeConfig } from "vitest/config"
import shared from "./vitest.config.ts"

/** Tests in Chromium. They run one file after the other: two would only wait for each other. */
export default mergeConfig(
  shared,
  defineConfig({
    test: {
      globalSetup: fileURLToPath(new URL("src/ChromiumSetUp.ts", import.meta.url)),
      maxWorkers: 1,
      testTimeout: 60_000,
      hookTimeout: 120_000
    }
  })
)
