/** `npm run soak`: the loads in full, of every package that has one; `npm test` runs a tenth of each. */
import { pnpm, setUp } from "./setUp.mjs"

setUp()
const flags = ["--recursive", "--if-present", "--workspace-concurrency=1", "--reporter=append-only"]
process.exitCode = pnpm(["turbo", "run", "build"]) || pnpm([...flags, "run", "soak"])
