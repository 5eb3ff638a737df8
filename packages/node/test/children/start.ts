/** Imports the promise entry and makes the operations, and tells what that started. */
const active = () => process.getActiveResourcesInfo().filter((resource) => resource !== "PipeWrap")
const before = { active: active(), fetch: globalThis.fetch }

/** Who puts what behind the global fetch. Node does so itself when it is first looked at; a package must not. */
const dispatchers = new Set<string>()
const define = Object.defineProperty
Object.defineProperty = (target, key, descriptor) => {
  if (target === globalThis && String(key).includes("undici.globalDispatcher")) {
    dispatchers.add(new Error().stack?.includes("node:internal/deps/undici") === true ? "Node" : "a package")
  }
  return define(target, key, descriptor)
}

const { createTmdbClient } = await import("../../src/promise.js")
createTmdbClient({ accessToken: process.env["TMDB_ACCESS_TOKEN"], apiUrl: process.env["TMDB_API_URL"] })

process.stdout.write(
  JSON.stringify({
    started: active().filter((resource) => !before.active.includes(resource)),
    sameFetch: before.fetch === globalThis.fetch,
    dispatchers: [...dispatchers].filter((whose) => whose !== "Node")
  })
)
