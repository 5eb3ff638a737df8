import { define, json, profile } from "../Definition.js"

export const requestToken = define({
  name: "request-token",
  description: "print a new request token and its approval URL",
  examples: ["tmdb-session request-token > token.txt", "tmdb-session request-token --json"],
  options: { profile, json },
  prints: "{ requestToken, expiresAt, approvalUrl }",
  load: () => import("./request-token.run.js")
})
