import { createTmdbSession } from "@tmdb-session/browser/promise"

const tmdb = createTmdbSession({ apiUrl: "/tmdb" })

globalThis.session = tmdb.createSession(location.href)
globalThis.signIn = () => tmdb.signIn()
