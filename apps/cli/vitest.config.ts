import { defineConfig, mergeConfig } from "vitest/config"
import shared from "../../scripts/vitest.config.ts"

/** Processes are slow, and slower where others run. */
export default mergeConfig(shared, defineConfig({ test: { testTimeout: 60_000 } }))
