/** The reference and the reports of the public surface are those of the code, and no release breaks in silence. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { publicPackages, referenceFiles, writtenReference } from "@tmdb-session/testing/Workspace"
import { breaks, mayBreak, releasedReports, waitingStep } from "./Surface.js"

const root = fileURLToPath(new URL("../../..", import.meta.url))
const remedy = "run `npm run reference`, look at what it changed, and commit it"

describe("docs/api and docs/reference", () => {
  const generated = referenceFiles(root)

  it("hold a file for each package and module, and no other", () => {
    assert.deepStrictEqual([...writtenReference(root)].sort(), [...generated.keys()].sort(), remedy)
  })

  it.each([...generated])("%s is what the code says", (path, text) => {
    assert.strictEqual(readFileSync(join(root, path), "utf8"), text, `${path} is out of date: ${remedy}`)
  })
})

describe("a change of the public surface", () => {
  const report = (...declarations: ReadonlyArray<string>) =>
    `# Of a package\n\n## package/Module\n\n\`\`\`ts surface\n${declarations.join("\n")}\n\`\`\`\n`
  const one = "export declare const one: number;"
  const two = "export interface Two {\n    readonly a: string;\n}"

  it.each([
    { change: "an addition", after: report(one, two, "export type Three = 3;"), broken: 0 },
    { change: "another order", after: report(two, one), broken: 0 },
    { change: "a removal", after: report(two), broken: 1 },
    { change: "another type", after: report(one.replace("number", "string"), two), broken: 1 },
    { change: "a member that is gone", after: report(one, "export interface Two {\n}"), broken: 1 },
    { change: "a package that is gone", after: "", broken: 2 }
  ])("counts $change as breaking $broken declarations", ({ after, broken }) => {
    assert.lengthOf(breaks(report(one, two), after), broken)
  })

  it.each([
    { version: "0.1.0", step: "patch", may: false },
    { version: "0.1.0", step: "minor", may: true },
    { version: "1.0.0", step: "minor", may: false },
    { version: "1.0.0", step: "major", may: true },
    { version: "1.0.0", step: "none", may: false }
  ])("may break $version in a $step step: $may", ({ may, step, version }) => {
    assert.strictEqual(mayBreak(version, step), may)
  })

  it("since the last release has a changeset that says so", async () => {
    const broken = releasedReports(root).flatMap(({ after, before }) => breaks(before, after))
    const [{ manifest } = { manifest: { version: "0.0.0" } }] = publicPackages(root)
    const step = await waitingStep(root)
    assert.isTrue(
      broken.length === 0 || mayBreak(manifest.version, step),
      `These were released and have changed, with no more than a ${step} changeset:\n${broken.join("\n")}`
    )
  })
})
