import { define, flag, json, profile } from "../Definition.js"

export const logout = define({
  name: "logout",
  description: "end the session at TMDB, and forget it",
  more: "It is forgotten here even if TMDB cannot be reached, and you are told whether TMDB ended it.",
  examples: ["tmdb-session logout", "tmdb-session logout --all"],
  options: { profile, all: flag("sign out of every profile"), json },
  prints: "{ profiles: [{ profile, ended, error }] }",
  load: () => import("./logout.run.js")
})
