import { defineConfig, mergeConfig } from "vitest/config"
import shared from "../../packages/testing/vitest.config.ts"

export default mergeConfig(
  shared,
  defineConfig({
    // The build replaces it with the real version.
    define: { TMDB_SESSION_VERSION: JSON.stringify("0.0.0") },
    test: {
      // Processes are slow to start, above all when other tests run, too.
      testTimeout: 60_000,
      // The tests must not touch the keyring of the person who runs them.
      env: { DBUS_SESSION_BUS_ADDRESS: "unix:path=/nowhere" }
    }
  })
)
