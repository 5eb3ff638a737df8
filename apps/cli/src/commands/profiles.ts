import { define } from "../Definition.js"

/** What the completion scripts ask for. */
export const profiles = define({
  name: "profiles",
  description: "print the names of the profiles",
  examples: [],
  hidden: true,
  load: () => import("./profiles.run.js")
})
