import { define, flag, json, profile } from "../Definition.js"

export const logout = define({
  name: "logout",
  description: "end the session at TMDB and remove it here",
  more: "The session is removed here even if TMDB cannot be reached. You are told whether TMDB ended it.",
  examples: ["tmdb-session logout", "tmdb-session logout --all"],
  options: { profile, all: flag("sign out of every profile"), json },
  prints: "{ profiles: [{ profile, ended, error }] }",
  load: () => import("./logout.run.js")
})
