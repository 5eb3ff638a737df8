/** Imports the promise entry and makes the operations, and tells what that started. */
const active = () => process.getActiveResourcesInfo().filter((resource) => resource !== "PipeWrap")
const before = { active: active(), fetch: globalThis.fetch }

const { createTmdbSession } = await import("../../src/promise.js")
createTmdbSession({ accessToken: process.env["TMDB_ACCESS_TOKEN"], apiUrl: process.env["TMDB_API_URL"] })

process.stdout.write(
  JSON.stringify({
    started: active().filter((resource) => !before.active.includes(resource)),
    sameFetch: before.fetch === globalThis.fetch,
    // What undici puts behind the global fetch.
    dispatchers: [1, 2].filter((version) => Symbol.for(`undici.globalDispatcher.${version}`) in globalThis)
  })
)
