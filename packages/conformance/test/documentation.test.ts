/**
 * Every public export says what it is, since when, and in exactly one category,
 * with an example where it can be called. That the examples compile is held
 * with those of the documents, which the reference is part of.
 */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { modulesOf, publicPackages } from "@tmdb-session/testing/Workspace"

const root = fileURLToPath(new URL("../../..", import.meta.url))
const packages = publicPackages(root).filter(({ manifest }) => manifest.exports !== undefined)

/** What is passed on is documented where it is made. */
const passesOn = /^export (?:type )?[*{]/
const callable = /^export declare (?:function|const \w+: (?:<|\())/

const missing = (declaration: ReturnType<typeof modulesOf>[number]["declarations"][number]) => {
  const { examples, tags, text } = declaration.comment
  return [
    ...(text === "" && tags["see"] === undefined ? ["a description"] : []),
    ...(tags["since"] === undefined ? ["@since"] : []),
    ...(tags["category"] === undefined ? ["@category"] : []),
    ...(callable.test(declaration.signature) && examples.length === 0 ? ["@example"] : [])
  ]
}

const sourcesIn = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => join(folder, file))

describe.each(packages)("$name", (one) => {
  const modules = modulesOf(one)

  it("says what each of its modules is", () => {
    assert.isNotEmpty(modules)
    assert.deepStrictEqual(
      modules.filter(({ comment }) => comment.text === "").map(({ name }) => name),
      []
    )
  })

  it("says of each export what it is, since when, in which category, and how it is called", () => {
    const own = modules.flatMap(({ declarations, name }) =>
      declarations
        .filter(({ exported, signature }) => exported && !passesOn.test(signature))
        .map((declaration) => ({ name: `${name}.${declaration.name}`, missing: missing(declaration) }))
    )
    assert.isNotEmpty(own)
    assert.deepStrictEqual(
      own.filter((declaration) => declaration.missing.length > 0),
      []
    )
  })

  it("puts nothing in two categories", () => {
    const comments = sourcesIn(join(one.folder, "src")).flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(/\/\*\*[\s\S]*?\*\//g)].map(([comment]) => ({ file, comment }))
    )
    const twice = comments.filter(({ comment }) => (comment.match(/@category /g) ?? []).length > 1)
    assert.deepStrictEqual(twice, [])
  })
})
