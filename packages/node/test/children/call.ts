/** Makes one call with what the environment says, tells how it ended, and leaves it to Node to end the process. */
import { createTmdbClient } from "../../src/promise.js"

const tmdb = createTmdbClient({
  accessToken: process.env["TMDB_ACCESS_TOKEN"],
  apiUrl: process.env["TMDB_API_URL"],
  retry: false
})

const outcome = await tmdb.createSession("canary-request-token").catch((error: unknown) => error)
setImmediate(() => {
  // Only what keeps a process alive is listed: beside the pipe that this is written to, nothing may.
  const active = process.getActiveResourcesInfo().filter((resource) => resource !== "PipeWrap")
  process.stdout.write(JSON.stringify({ outcome, active }))
})
