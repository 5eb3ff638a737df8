/** Keeps the reports of the public surface as they are released, for the next release to be compared with. */
import { copyFileSync, mkdirSync, readdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { root } from "./setUp.mjs"

const released = join(root, "docs/api/released")
rmSync(released, { recursive: true, force: true })
mkdirSync(released, { recursive: true })
for (const file of readdirSync(join(root, "docs/api")))
  if (file.endsWith(".md")) copyFileSync(join(root, "docs/api", file), join(released, file))
