/** README's tables are those of the definitions: `npx vitest run test/readme.test.ts -u` writes them. */
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { definitions } from "../src/Commands.js"
import { environment } from "../src/Environment.js"
import { exitCodes } from "../src/ExitCode.js"
import { makeHarness } from "./Harness.js"

const file = fileURLToPath(new URL("../README.md", import.meta.url))
const readme = readFileSync(file, "utf8")

const code = (text: string): string => `\`${text}\``

const table = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const widths = head.map((_, at) => Math.max(...[head, ...rows].map((row) => row[at]?.length ?? 0)))
  const line = (cells: ReadonlyArray<string>) =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | ")} |`
  return [head, widths.map((width) => "-".repeat(width)), ...rows].map(line).join("\n")
}

const shown = definitions.filter(({ hidden }) => hidden !== true)

const tables: Readonly<Record<string, string>> = {
  commands: table(
    ["command", "does"],
    shown.map((definition) => {
      const values = Object.values(definition.arguments).map(({ value }) => ` <${value.name}>`)
      return [code(definition.name + values.join("")), definition.description]
    })
  ),
  "exit codes": table(
    ["exit code", "meaning"],
    exitCodes.map(([number, meaning]) => [String(number), meaning])
  ),
  environment: table(
    ["variable", "meaning"],
    environment.map(([names, meaning]) => [names.split(", ").map(code).join(", "), meaning])
  ),
  json: table(
    ["command", "object"],
    shown.flatMap(({ name, prints }) => (prints === undefined ? [] : [[code(name), code(prints)]]))
  )
}

/** The text between two comments that name the table. */
const between = (name: string): RegExp =>
  new RegExp(String.raw`(<!-- ${name} -->\n\n)[\s\S]*?(\n\n<!-- /${name} -->)`)

describe("README", () => {
  it("shows the commands, the exit codes, the variables and what --json prints as they are", async () => {
    let expected = readme
    for (const [name, text] of Object.entries(tables)) {
      assert.match(readme, between(name), `README has no place for the table of ${name}`)
      expected = expected.replace(between(name), (_, before, after) => before + text + after)
    }
    await expect(expected).toMatchFileSnapshot(file)
  })

  it.scopedLive("names each field of a session in status --json, and no other", () =>
    Effect.gen(function* () {
      const { inProcess } = yield* makeHarness()
      yield* inProcess.signIn()
      const { stdout } = yield* inProcess.run(["status", "--json"])
      const [, fields = ""] = /A session in `status`:\n\n([\s\S]*?)\n\n/.exec(readme) ?? []
      const named = [...fields.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name)
      assert.deepStrictEqual(named, Object.keys(JSON.parse(stdout).sessions[0]))
    })
  )
})
