import { define, json, profile } from "../Definition.js"

export const status = define({
  name: "status",
  description: "show what is stored, where, and whether TMDB still accepts it",
  more: "The exit code is that of the session which commands use: 0 when TMDB accepts it.",
  examples: ["tmdb-session status", "tmdb-session status --json"],
  options: { profile: { ...profile, description: "show this profile alone" }, json },
  prints:
    "{ current, sessions: [{ profile, active, place, username, version, apiUrl, credential, state, error }] }",
  load: () => import("./status.run.js")
})
