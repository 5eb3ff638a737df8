/** A disk without room, or a home that may only be read: every write of a file fails with the code that is given. */
import fs from "node:fs"
import { syncBuiltinESMExports } from "node:module"

const code = process.env.WRITES_FAIL_WITH ?? ""
const { open, writeFile } = fs.promises

const fail = () =>
  Promise.reject(Object.assign(new Error(`${code}: a path that nobody should print`), { code }))
const writes = (flags) => typeof flags === "string" && flags !== "r"

if (code !== "") {
  fs.promises.open = (path, flags, ...more) => (writes(flags) ? fail() : open(path, flags, ...more))
  fs.promises.writeFile = (path, ...more) =>
    String(path).includes("tmdb") ? fail() : writeFile(path, ...more)
  syncBuiltinESMExports()
}
