import { defineConfig, mergeConfig } from "vitest/config"
import shared from "../../testing/vitest.config.ts"

/** The tests of one folder, which is named when vitest is started. */
export default mergeConfig(
  shared,
  defineConfig({ test: { include: ["**/*.test.ts"], testTimeout: 60_000, hookTimeout: 60_000 } })
)
