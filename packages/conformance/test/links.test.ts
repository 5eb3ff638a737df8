/** No document leads nowhere: each link to a file or a heading of the project finds it. */
import { existsSync, readFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { documents, root } from "./Documents.js"

/** What is no heading and no link: code. */
const prose = (text: string): string =>
  text.replaceAll(/^(```+|~~~+).*\n[\s\S]*?^\1$/gm, "").replaceAll(/`[^`\n]*`/g, "code")

/** As GitHub names them. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_\- ]/gu, "")
    .replaceAll(" ", "-")

const anchorsOf = (file: string): ReadonlySet<string> => {
  const seen = new Map<string, number>()
  const text = readFileSync(file, "utf8").replaceAll(/^(```+).*\n[\s\S]*?^\1$/gm, "")
  const anchors = [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = ""]) => {
    const anchor = anchorOf(heading)
    const before = seen.get(anchor) ?? 0
    seen.set(anchor, before + 1)
    return before === 0 ? anchor : `${anchor}-${before}`
  })
  return new Set(anchors)
}

const linksOf = (file: string): ReadonlyArray<string> =>
  [
    ...prose(readFileSync(file, "utf8")).matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)|(?:src|href)="([^"]+)"/g)
  ].map(([, markdown, html]) => markdown ?? html ?? "")

const problem = (file: string, link: string): string | undefined => {
  if (/^mailto:/.test(link)) return undefined
  if (/^[a-z]+:/.test(link))
    return URL.canParse(link) && /^https:/.test(link) ? undefined : "is not an https address"
  const [path = "", anchor] = link.split("#")
  const target = path === "" ? file : join(dirname(file), decodeURIComponent(path))
  if (!existsSync(target)) return "leads to no file"
  if (anchor === undefined || !target.endsWith(".md")) return undefined
  return anchorsOf(target).has(anchor) ? undefined : "leads to no heading"
}

describe("the links of", () => {
  it.each(documents.map((file) => [relative(root, file), file] as const))("%s lead somewhere", (_, file) => {
    const dead = linksOf(file).flatMap((link) => {
      const why = problem(file, link)
      return why === undefined ? [] : [`${link} ${why}`]
    })
    assert.deepStrictEqual(dead, [])
  })
})

it("no document tells to install Effect without its major: its latest is another one", () => {
  const commands = documents.flatMap((file) => [
    ...readFileSync(file, "utf8").matchAll(/\b(?:npm install|pnpm add|yarn add) .*/g)
  ])
  assert.deepStrictEqual(
    commands.map(([command]) => command).filter((command) => / effect(?!@3)\b/.test(command)),
    []
  )
})
