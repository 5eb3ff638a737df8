import { define, profile } from "../Definition.js"

export const token = define({
  name: "token",
  description: "print the session id, alone",
  examples: ["TMDB_SESSION_ID=$(tmdb-session token) my-script"],
  options: { profile },
  load: () => import("./token.run.js")
})
