import { define, json, profile } from "../Definition.js"

export const create = define({
  name: "create",
  description: "exchange an approved request token for a session and print its id",
  more: "The request token is read from standard input or a hidden prompt. The session is not stored.",
  examples: ["tmdb-session create < token.txt"],
  options: { profile, json },
  prints: "{ sessionId }",
  load: () => import("./create.run.js")
})
