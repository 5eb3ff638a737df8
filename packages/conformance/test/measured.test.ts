/** The README quotes the measurements as they are written down. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import { root } from "./Documents.js"

const read = (path: string): string => readFileSync(join(root, path), "utf8")

const quoted = (): ReadonlyArray<string> => {
  const section = read("README.md").split("\n## Measured\n")[1]?.split("\n## ")[0] ?? ""
  return [...section.matchAll(/\*\*([^*]+)\*\*/g)].map(([, figure = ""]) => figure)
}

it("each figure of the README is one of docs/bench.md", () => {
  const written = new Set(read("docs/bench.md").match(/\d[\d.,]*(?: [kM]B)?/g))
  assert.isAtLeast(quoted().length, 10)
  for (const figure of quoted()) assert.isTrue(written.has(figure), figure)
})
