import { defineConfig } from "vitest/config"

/**
 * What every package's tests share. Packages are read from their sources, so
 * that a test never sees a stale build; each run leaves a report that
 * `scripts/test.mjs` counts. The files of a worker share their modules: to
 * evaluate Effect anew for each takes half as long as the tests.
 *
 * `import` is not among the conditions: Node would use it for `require` too, and
 * a CommonJS dependency would get an ES module where it expects a function.
 */
const conditions = ["tmdb-session-source", "node"]

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ["test/**/*.test.ts"],
    reporters: ["default", ["json", { outputFile: "test-report.json" }]],
    isolate: false,
    restoreMocks: true,
    testTimeout: 20_000,
    maxWorkers: 2
  }
})
