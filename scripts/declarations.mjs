/**
 * The public surface of a package, read from the declarations that the
 * compiler wrote: each module's own words, its exports, and their comments.
 *
 * The compiler's declarations are regular (whatever begins in the first
 * column begins an item), so that they are split here rather than parsed:
 * TypeScript 7 has no parser to call, and each of our modules is an entry of
 * its own, which takes the tools for one entry a minute and more.
 */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"

/**
 * @typedef {object} Comment
 * @property {string} text in Markdown, up to the first tag
 * @property {ReadonlyArray<string>} examples
 * @property {Readonly<Record<string, string>>} tags the other tags, by name
 *
 * @typedef {object} Declaration
 * @property {string} name
 * @property {boolean} exported
 * @property {string} signature as the compiler wrote it
 * @property {Comment} comment
 *
 * @typedef {object} Module
 * @property {string} name as it is imported
 * @property {Comment} comment
 * @property {ReadonlyArray<Declaration>} declarations
 */

const begins = /^(?:\/\*\*|export |declare |import |interface |type )/

/** The top-level items of a file: a comment, or a statement with all its lines. */
const itemsOf = (source) => {
  const items = []
  let inComment = false
  for (const line of source.split("\n")) {
    if (!inComment && begins.test(line)) items.push([line])
    else items.at(-1)?.push(line)
    if (line.startsWith("/**")) inComment = true
    if (inComment && line.trimEnd().endsWith("*/")) inComment = false
  }
  return items.map((lines) => lines.join("\n").trimEnd())
}

const fence = /^```\w*\n([\s\S]*?)\n```$/

/** @returns {Comment} */
const readComment = (raw) => {
  const lines = raw
    .replace(/^\/\*\*/, "")
    .replace(/\*\/$/, "")
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, ""))
  const [text = "", ...rest] = lines
    .join("\n")
    .trim()
    .split(/^@(?=[a-z])/m)
  const parts = rest.map((part) => {
    const [, tag = "", content = ""] = /^(\w+)\s*([\s\S]*)$/.exec(part.trim()) ?? []
    return { tag, content: content.trim() }
  })
  const examples = parts
    .filter(({ tag }) => tag === "example")
    .map(({ content }) => fence.exec(content)?.[1] ?? content)
  const tags = Object.fromEntries(
    parts.filter(({ tag }) => tag !== "example").map(({ content, tag }) => [tag, content])
  )
  return { text: text.trim(), examples, tags }
}

const nothing = readComment("")

const named =
  /^(?:export )?(?:declare )?(?:abstract )?(?:const|let|function|class|interface|type|namespace) ([\w$]+)/

const nameOf = (statement) => named.exec(statement)?.[1] ?? statement

/** What a module says of itself. The compiler drops it with the import that it stands before, so the source is read. */
const moduleComment = (source) => readComment(/^\/\*\*[\s\S]*?\*\//.exec(source)?.[0] ?? "")

/** @returns {ReadonlyArray<Declaration>} */
const readDeclarations = (source) => {
  const declarations = []
  let comment = nothing
  for (const item of itemsOf(source)) {
    if (item.startsWith("/**")) {
      comment = readComment(item)
      continue
    }
    if (!item.startsWith("import ") && item !== "export {};" && comment.tags["internal"] === undefined)
      declarations.push({
        name: nameOf(item),
        exported: item.startsWith("export "),
        signature: item,
        comment
      })
    comment = nothing
  }
  return declarations
}

/** Each module of a package: its name, its declarations and its source. */
const entriesOf = ({ folder, manifest, name }) =>
  Object.entries(manifest.exports ?? {})
    .filter(([, target]) => target !== null)
    .flatMap(([path, { "tmdb-session-source": source, types }]) => {
      const at = (module) => ({
        name: join(name, path.replace("*", module)),
        types: join(folder, types.replace("*", module)),
        source: join(folder, source.replace("*", module))
      })
      if (!path.includes("*")) return [at("")]
      const directory = join(folder, types.slice(0, types.indexOf("*")))
      return readdirSync(directory)
        .filter((file) => file.endsWith(".d.ts") && file !== "index.d.ts")
        .map((file) => at(file.slice(0, -".d.ts".length)))
    })

/**
 * @param {import("./packages.mjs").Package} one built
 * @returns {ReadonlyArray<Module>} every module that can be imported from it
 */
export const modulesOf = (one) =>
  entriesOf(one).map(({ name, source, types }) => ({
    name,
    comment: moduleComment(readFileSync(source, "utf8")),
    declarations: readDeclarations(readFileSync(types, "utf8"))
  }))
