/** A page that has all operations as promises. */
import { createTmdbClient } from "@tmdb-session/browser/promise"

const tmdb = createTmdbClient({ apiUrl: "/tmdb" })
document.querySelector("button").addEventListener("click", () => tmdb.signIn())
