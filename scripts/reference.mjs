/**
 * `npm run reference`: writes, from the built packages, what a reader and a
 * reviewer read: a page for each module from its doc comments, and a report of
 * each package's public surface, so that a change of it shows in review.
 */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { pathToFileURL } from "node:url"
import { modulesOf } from "./declarations.mjs"
import { publicPackages } from "./packages.mjs"
import { root } from "./setUp.mjs"

const short = (name) => name.replace(/^@tmdb-session\//, "")
const pageOf = (module) => `docs/reference/${short(module.name).replace("/", "-")}.md`
const linkTo = (module) => pageOf(module).slice("docs/reference/".length)
const anchor = (heading) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, "")
    .replaceAll(" ", "-")
const titled = (category) => category[0].toUpperCase() + category.slice(1)

const lastPart = (module) => module.name.split("/").at(-1)

/** `{@link …}` as a link of Markdown: an address, a name of this module, or `Module.name`. */
const linked = (text, module, modules) =>
  text.replaceAll(/\{@link ([^\s}]+)\s*([^}]*)\}/g, (_, target, words) => {
    if (/^https?:/.test(target)) return words === "" ? `<${target}>` : `[${words}](${target})`
    const shown = words === "" ? `\`${target}\`` : words
    const has = (other, name) => other.declarations.some((one) => one.exported && one.name === name)
    if (has(module, target)) return `[${shown}](#${anchor(target)})`
    const [name, member] = target.split(".")
    const other = modules.find((one) => lastPart(one) === name)
    if (other === undefined) return shown
    return `[${shown}](${linkTo(other)}${member !== undefined && has(other, member) ? `#${anchor(member)}` : ""})`
  })

/** A first sentence, for a list. */
const summary = (text) =>
  /^[\s\S]*?[.:](?=\s|$)/.exec(text)?.[0].replaceAll("\n", " ").replace(/:$/, ".") ?? text

const signatureOf = ({ signature }) => signature.replace(/^export declare /, "export ")

const declarationPage = (declaration, module, modules) => {
  const { comment, name } = declaration
  const see = comment.tags["see"] === undefined ? [] : [`See ${comment.tags["see"]}.`]
  return [
    `### ${name}`,
    ...[comment.text, ...see].filter((text) => text !== "").map((text) => linked(text, module, modules)),
    `\`\`\`ts signature\n${signatureOf(declaration)}\n\`\`\``,
    ...comment.examples.map((example) => `\`\`\`ts\n${example}\n\`\`\``),
    ...(comment.tags["since"] === undefined ? [] : [`Since ${comment.tags["since"]}`])
  ].join("\n\n")
}

const byCategory = (declarations) => {
  const categories = new Map()
  for (const one of declarations) {
    const category = one.comment.tags["category"]
    categories.set(category, [...(categories.get(category) ?? []), one])
  }
  return [...categories].sort(([a], [b]) => a.localeCompare(b))
}

const documented = (module) =>
  module.declarations.filter((one) => one.exported && one.comment.tags["category"] !== undefined)

const reexport = /^export (?:\* as (\w+)|\{ (?:type )?(\w+)[^}]*\}|\*) from "([^"]+)";$/

/** What an entry passes on, with links to where it is told. */
const passedOn = (module, modules) =>
  module.declarations.flatMap(({ signature }) => {
    const found = reexport.exec(signature)
    if (found === null) return []
    const [, namespace, , from = ""] = found
    const inPackage = module.name.split("/").slice(0, 2).join("/")
    const name = from.startsWith("./") ? `${inPackage}/${from.slice(2, -".js".length)}` : from
    const target = modules.find((one) => one.name === name)
    if (target === undefined) return []
    const what = namespace === undefined ? signature.replace(/^export | from .*$/g, "") : namespace
    return [`- [\`${what}\`](${linkTo(target)}): ${linked(summary(target.comment.text), module, modules)}`]
  })

const modulePage = (module, modules) => {
  const categories = byCategory(documented(module))
  const contents = categories.flatMap(([category, declarations]) => [
    `- ${titled(category)}: ${declarations.map(({ name }) => `[${name}](#${anchor(name)})`).join(", ")}`
  ])
  return `${[
    "<!-- Written by `npm run reference` from the doc comments. -->",
    `# ${module.name}`,
    linked(module.comment.text, module, modules),
    [...passedOn(module, modules), ...contents].join("\n"),
    ...categories.flatMap(([category, declarations]) => [
      `## ${titled(category)}`,
      ...declarations.map((one) => declarationPage(one, module, modules))
    ]),
    "[All modules](README.md)"
  ]
    .filter((part) => part !== "")
    .join("\n\n")}\n`
}

const index = (packages) =>
  `${[
    "<!-- Written by `npm run reference` from the doc comments. -->",
    "# Reference",
    "Every module that can be imported, with what it exports. An adapter passes on all of core: install the adapter, and import core's modules from it.",
    ...packages.map(
      ({ modules, name }) =>
        `## ${name}\n\n${modules.map((module) => `- [\`${module.name}\`](${linkTo(module)}): ${linked(summary(module.comment.text), module, modules)}`).join("\n")}`
    )
  ].join("\n\n")}\n`

/** A signature without its comments. */
const bare = (signature) => signature.replaceAll(/^\s*\/\*\*[\s\S]*?\*\/\n/gm, "")

const report = ({ modules, name }) =>
  `${[
    "<!-- Written by `npm run reference` from the built declarations. -->",
    `# The public surface of ${name}`,
    ...modules.map(
      (module) =>
        `## ${module.name}\n\n\`\`\`ts surface\n${module.declarations.map(({ signature }) => bare(signature)).join("\n")}\n\`\`\``
    )
  ].join("\n\n")}\n`

/**
 * @param {string} workspace its folder; the packages in it are built
 * @returns {ReadonlyMap<string, string>} every file that is written, by its path
 */
export const files = (workspace) => {
  const packages = publicPackages(workspace)
    .filter(({ manifest }) => manifest.exports !== undefined)
    .map((one) => ({ name: one.name, modules: modulesOf(one) }))
  const modules = packages.flatMap((one) => one.modules)
  return new Map([
    ...packages.map((one) => [`docs/api/${short(one.name)}.api.md`, report(one)]),
    ["docs/reference/README.md", index(packages)],
    ...modules.map((module) => [pageOf(module), modulePage(module, modules)])
  ])
}

/** The files of this kind that are there. */
export const written = (workspace) =>
  ["docs/api", "docs/reference"].flatMap((folder) =>
    existsSync(join(workspace, folder))
      ? readdirSync(join(workspace, folder))
          .filter((file) => file.endsWith(".md"))
          .map((file) => `${folder}/${file}`)
      : []
  )

const write = () => {
  const now = files(root)
  for (const file of written(root)) if (!now.has(file)) rmSync(join(root, file))
  for (const [file, text] of now) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), text)
  }
  console.log(`Wrote ${now.size} files in docs/api and docs/reference`)
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) write()
