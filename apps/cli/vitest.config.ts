import { defineConfig, mergeConfig } from "vitest/config"
import shared from "../../scripts/vitest.config.ts"

export default mergeConfig(
  shared,
  defineConfig({
    // As the build writes it in.
    define: { TMDB_SESSION_VERSION: JSON.stringify("0.0.0") },
    test: {
      // Processes are slow, and slower where others run.
      testTimeout: 60_000,
      // Whoever runs the tests keeps their keyring to themselves.
      env: { DBUS_SESSION_BUS_ADDRESS: "unix:path=/nowhere" }
    }
  })
)
