/** Whether the public surface may change as it did, with the changesets that are waiting. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import readChangesets from "@changesets/read"

/** A report's declarations, one string each: where it is imported from, and how it is written. */
const declarationsOf = (report) =>
  [...report.matchAll(/^## (\S+)\n\n```ts surface\n([\s\S]*?)\n```$/gm)].flatMap(([, module, code]) =>
    code.split(/\n(?=export |declare |interface |type )/).map((declaration) => `${module}: ${declaration}`)
  )

/**
 * @param {string} before the report of the last release
 * @param {string} after the report of now
 * @returns {ReadonlyArray<string>} what was there and is gone, or is not what it was: whoever wrote against
 *   it may have to change their code
 */
export const breaks = (before, after) => {
  const now = new Set(declarationsOf(after))
  return declarationsOf(before).filter((declaration) => !now.has(declaration))
}

/** The reports of the last release; none before the first. */
export const releasedReports = (root) => {
  const folder = join(root, "docs/api/released")
  if (!existsSync(folder)) return []
  return readdirSync(folder).map((file) => ({
    file,
    before: readFileSync(join(folder, file), "utf8"),
    after: existsSync(join(root, "docs/api", file)) ? readFileSync(join(root, "docs/api", file), "utf8") : ""
  }))
}

const order = ["none", "patch", "minor", "major"]

/**
 * @param {string} root the folder of the workspace
 * @returns {Promise<string>} the largest step that a waiting changeset takes: all packages take it together
 */
export const waitingStep = async (root) => {
  const steps = (await readChangesets(root)).flatMap(({ releases }) => releases.map(({ type }) => type))
  return order[Math.max(0, ...steps.map((step) => order.indexOf(step)))] ?? "none"
}

/**
 * @param {string} version the released one
 * @param {string} step what the waiting changesets take
 * @returns {boolean} whether such a step may break what was released: before 1.0 a minor may
 */
export const mayBreak = (version, step) => step === "major" || (step === "minor" && version.startsWith("0."))
