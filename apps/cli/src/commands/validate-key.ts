import { define, json, profile, withToken } from "../Definition.js"

export const validateKey = define({
  name: "validate-key",
  description: "ask TMDB whether it accepts the API credential",
  examples: ["tmdb-session validate-key", "tmdb-session validate-key --with-token < token.txt"],
  options: { withToken, profile, json },
  prints: "{ valid, kind, source }",
  load: () => import("./validate-key.run.js")
})
