import { defineConfig } from "vitest/config"

/** All in one run, so that neither of two workers waits while the other ends a package alone. */
export default defineConfig({
  test: {
    projects: ["packages/node", "packages/conformance", "apps/cli"],
    reporters: ["default", "json"],
    maxWorkers: 2
  }
})
