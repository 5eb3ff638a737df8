import { define, flag, port } from "../Definition.js"

export const sandbox = define({
  name: "sandbox",
  description: "run a stand-in for TMDB on a loopback port",
  examples: ["tmdb-session sandbox", "tmdb-session sandbox --port 8787 --auto-approve"],
  options: {
    port: { description: "the port; a free one unless given", value: port },
    autoApprove: flag("approve every request token automatically, one second after it is issued")
  },
  load: () => import("./sandbox.run.js")
})
