import { define, json, profile } from "../Definition.js"

export const whoami = define({
  name: "whoami",
  description: "print who is signed in",
  examples: ["tmdb-session whoami", "tmdb-session whoami --json"],
  options: { profile, json },
  prints: "{ id, username, name, includeAdult, iso6391, iso31661, gravatarHash?, avatarPath? }",
  load: () => import("./whoami.run.js")
})
