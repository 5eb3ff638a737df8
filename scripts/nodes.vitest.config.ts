import { defineConfig } from "vitest/config"

/** One run for all packages. With a run for each, one of the two workers would be idle at the end of every run. */
export default defineConfig({
  test: {
    projects: ["packages/node", "packages/conformance", "apps/cli"],
    reporters: ["default", "json"],
    maxWorkers: 2
  }
})
