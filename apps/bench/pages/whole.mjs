import * as everything from "@tmdb-session/browser"
import * as promises from "@tmdb-session/browser/promise"

Object.assign(globalThis, { everything, promises })
