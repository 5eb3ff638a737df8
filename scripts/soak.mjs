/** `npm run soak`: runs the full load tests of every package that has some. `npm test` runs a tenth of each. */
import { pnpm, setUp } from "./setUp.mjs"

setUp()
const flags = ["--recursive", "--if-present", "--workspace-concurrency=1", "--reporter=append-only"]
process.exitCode = pnpm(["turbo", "run", "build"]) || pnpm([...flags, "run", "soak"])
