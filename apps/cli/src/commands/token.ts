import { define, profile } from "../Definition.js"

export const token = define({
  name: "token",
  description: "print only the session id",
  examples: ["TMDB_SESSION_ID=$(tmdb-session token) my-script"],
  options: { profile },
  load: () => import("./token.run.js")
})
