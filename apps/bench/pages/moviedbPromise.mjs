import { MovieDb } from "moviedb-promise"

globalThis.session = new MovieDb("key").retrieveSession()
