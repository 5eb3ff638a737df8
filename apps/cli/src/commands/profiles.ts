import { define } from "../Definition.js"

/** For the completion scripts. */
export const profiles = define({
  name: "profiles",
  description: "print the names of the profiles",
  examples: [],
  hidden: true,
  load: () => import("./profiles.run.js")
})
