/** The document about errors tells of each of them, of nothing else, and of the codes that they come with. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { StatusCode, TmdbError } from "@tmdb-session/core"
import { root } from "./Documents.js"

const tags = Object.values(TmdbError)
  .filter((value) => typeof value === "function" && value.prototype instanceof Error)
  .map((errorClass) => String(errorClass.prototype.name))

const sections = new Map(
  readFileSync(join(root, "docs/errors.md"), "utf8")
    .split(/^### /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf("\n")), section] as const)
)

const codesOf = (tag: string): ReadonlyArray<string> =>
  (tag in StatusCode.outcomes ? StatusCode.outcomes[tag as StatusCode.Outcome] : []).map(String)

it("docs/errors.md has a section for each error, and for no other", () => {
  assert.sameMembers([...sections.keys()], tags)
})

describe.each(tags)("the section of %s", (tag) => {
  const section = sections.get(tag) ?? ""

  it("says when it comes and what to do", () => {
    assert.match(section, /^\*\*When\*\* \w/m)
    assert.match(section, /^\*\*What to do\*\* \w/m)
  })

  it("names every code that the table gives it", () => {
    const codes = /codes? ([^)]*)/.exec(section)?.[1]?.match(/\d+/g) ?? []
    assert.includeMembers([...codes], [...codesOf(tag)])
  })
})
