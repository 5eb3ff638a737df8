import { define, json, profile } from "../Definition.js"

export const guest = define({
  name: "guest",
  description: "print the id of a new guest session",
  examples: ["tmdb-session guest", "tmdb-session guest --json"],
  options: { profile, json },
  prints: "{ guestSessionId, expiresAt }",
  load: () => import("./guest.run.js")
})
