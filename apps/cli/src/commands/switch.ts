import { define, text } from "../Definition.js"

export const switchProfile = define({
  name: "switch",
  description: "make another profile the current one",
  examples: ["tmdb-session switch work", "tmdb-session switch default"],
  arguments: {
    profile: { description: "the profile that commands use from now on", value: text("profile", "profiles") }
  },
  load: () => import("./switch.run.js")
})
