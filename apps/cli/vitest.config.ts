import { defineConfig, mergeConfig } from "vitest/config"
import shared from "../../packages/testing/vitest.config.ts"

export default mergeConfig(
  shared,
  defineConfig({
    // The build sets it to the version.
    define: { TMDB_SESSION_VERSION: JSON.stringify("0.0.0") },
    test: {
      // Processes are slow, and slower still beside others.
      testTimeout: 60_000,
      // The tests stay out of the keyring of whoever runs them.
      env: { DBUS_SESSION_BUS_ADDRESS: "unix:path=/nowhere" }
    }
  })
)
