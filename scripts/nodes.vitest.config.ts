import { defineConfig } from "vitest/config"

/** Both packages in one run, so that neither of two workers waits while the other ends a package alone. */
export default defineConfig({
  test: {
    projects: ["packages/node", "packages/conformance"],
    reporters: ["default", ["json", { outputFile: "node_modules/.cache/nodes/report.json" }]],
    maxWorkers: 2
  }
})
