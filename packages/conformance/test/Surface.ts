/** Whether the public surface may change as it did, with the changesets that are waiting. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import readChangesets from "@changesets/read"

/** The declarations of a report, one text each: where it is imported from, and how it is written. */
const declarationsOf = (report: string): ReadonlyArray<string> =>
  [...report.matchAll(/^## (\S+)\n\n```ts surface\n([\s\S]*?)\n```$/gm)].flatMap(([, module, code = ""]) =>
    code.split(/\n(?=export |declare |interface |type )/).map((declaration) => `${module}: ${declaration}`)
  )

/** What was in the report of the last release, and is gone or different now. It may break whoever uses it. */
export const breaks = (before: string, after: string): ReadonlyArray<string> => {
  const now = new Set(declarationsOf(after))
  return declarationsOf(before).filter((declaration) => !now.has(declaration))
}

export interface Report {
  readonly file: string
  readonly before: string
  readonly after: string
}

/** The reports of the last release, beside today's. There are none before the first release. */
export const releasedReports = (root: string): ReadonlyArray<Report> => {
  const folder = join(root, "docs/api/released")
  if (!existsSync(folder)) return []
  return readdirSync(folder).map((file) => ({
    file,
    before: readFileSync(join(folder, file), "utf8"),
    after: existsSync(join(root, "docs/api", file)) ? readFileSync(join(root, "docs/api", file), "utf8") : ""
  }))
}

const order = ["none", "patch", "minor", "major"]

/** The largest step of the changesets that wait in a workspace. All packages take it together. */
export const waitingStep = async (root: string): Promise<string> => {
  const steps = (await readChangesets(root)).flatMap(({ releases }) => releases.map(({ type }) => type))
  return order[Math.max(0, ...steps.map((step) => order.indexOf(step)))] ?? "none"
}

/** Whether a step from a released version may break what was released. Before 1.0 a minor one may. */
export const mayBreak = (version: string, step: string): boolean =>
  step === "major" || (step === "minor" && version.startsWith("0."))
