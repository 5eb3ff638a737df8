/** The document about errors tells of each of them, of nothing else, and of the codes that they come with. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { TmdbError } from "@tmdb-session/core"
import { root } from "./Documents.js"

const errors = Object.values(TmdbError)
  .filter((value) => "codes" in value)
  .map(({ codes, prototype }) => ({ tag: String(prototype.name), codes: codes.map(String) }))

const sections = new Map(
  readFileSync(join(root, "docs/errors.md"), "utf8")
    .split(/^### /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf("\n")), section] as const)
)

it("docs/errors.md has a section for each error, and for no other", () => {
  assert.sameMembers(
    [...sections.keys()],
    errors.map(({ tag }) => tag)
  )
})

describe.each(errors)("the section of $tag", ({ codes: expected, tag }) => {
  const section = sections.get(tag) ?? ""

  it("says when it comes and what to do", () => {
    assert.match(section, /^\*\*When\*\* \w/m)
    assert.match(section, /^\*\*What to do\*\* \w/m)
  })

  it("names every code that it stands for", () => {
    const codes = /codes? ([^)]*)/.exec(section)?.[1]?.match(/\d+/g) ?? []
    assert.includeMembers([...codes], expected)
  })
})
