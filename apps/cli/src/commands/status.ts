import { define, json, profile } from "../Definition.js"

export const status = define({
  name: "status",
  description: "show what is stored, where, and whether TMDB still accepts it",
  more: "The exit code tells whether TMDB accepts the session that commands use: 0 if it does.",
  examples: ["tmdb-session status", "tmdb-session status --json"],
  options: { profile: { ...profile, description: "show only this profile" }, json },
  prints:
    "{ current, sessions: [{ profile, active, place, username, version, apiUrl, credential, state, error }] }",
  load: () => import("./status.run.js")
})
