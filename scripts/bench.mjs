/**
 * `npm run bench`: sets up, builds what is measured, and measures it. Arguments
 * are passed on: `npm run bench -- --quick`.
 */
import { pnpm, root, run, setUp } from "./setUp.mjs"

setUp()
const options = ["--filter=@tmdb-session/bench^...", "--output-logs=errors-only", "--log-order=grouped"]
const built = pnpm(["turbo", "run", "build", ...options], { stdio: ["ignore", 2, 2] })
process.exitCode =
  built === 0 ? run(process.execPath, [`${root}apps/bench/main.mjs`, ...process.argv.slice(2)]) : built
