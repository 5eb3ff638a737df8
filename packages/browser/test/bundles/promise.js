/** A page that has all operations as promises. */
import { createTmdbSession } from "@tmdb-session/browser/promise"

const tmdb = createTmdbSession({ apiUrl: "/tmdb" })
document.querySelector("button").addEventListener("click", () => tmdb.signIn())
