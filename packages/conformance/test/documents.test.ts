/** Every example of the documents compiles; those of the first page and of the one about testing run as written. */
import { spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { assert, beforeAll, describe, it } from "@effect/vitest"
import { type Listening, listen } from "@tmdb-session/sandbox/node"
import { decide } from "@tmdb-session/testing/Person"
import { compile, type Example, examples } from "./Documents.js"

let problems: string

beforeAll(() => {
  problems = compile()
}, 120_000)

it("every TypeScript example of every document compiles", () => {
  assert.strictEqual(problems, "")
  assert.isNotEmpty(examples)
})

/** Runs an example as a script, and presses a button on the page whose address it prints. */
const run = async (example: Example, tmdb: Listening, decision: "allow" | "deny") => {
  const child = spawn(process.execPath, [example.module], {
    env: {
      PATH: process.env["PATH"],
      CI: "true",
      TMDB_ACCESS_TOKEN: tmdb.accessToken,
      TMDB_API_URL: tmdb.apiUrl,
      TMDB_WEB_URL: tmdb.webUrl
    },
    stdio: ["ignore", "pipe", "inherit"]
  })
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve))
  const lines: Array<string> = []
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line)
    const url = /^Approve at (\S+)$/.exec(line)?.[1]
    if (url !== undefined) await decide(url, decision)
  }
  return { code: await ended, printed: lines.join("\n") }
}

describe("the examples of the first page, run against a sandbox, given someone who", () => {
  const firstPage = examples.filter(({ name }) => name.startsWith("README.md "))

  for (const example of firstPage) {
    it(`allows: ${example.name} signs in, shows the account, and ends by itself`, async () => {
      const tmdb = await listen({ users: [{ username: "filmfan" }] })
      try {
        const { code, printed } = await run(example, tmdb, "allow")
        assert.strictEqual(code, 0)
        assert.include(printed, "filmfan")
      } finally {
        await tmdb.close()
      }
    })
  }

  it("denies: the one with Effect says so", async () => {
    const tmdb = await listen()
    const withEffect = firstPage.find(({ code }) => code.includes("catchTag"))
    assert.isDefined(withEffect)
    try {
      assert.include((await run(withEffect, tmdb, "deny")).printed, "They said no.")
    } finally {
      await tmdb.close()
    }
  })
})

/** What a line of an example says that it prints: `console.log(…) // this`. */
const promised = (code: string): ReadonlyArray<string> =>
  [...code.matchAll(/^.*console\.log.*\/\/ (.+)$/gm)].map(([, output = ""]) => output)

describe("the examples about testing with the sandbox", () => {
  const examplesOfTesting = examples.filter(
    ({ code, name }) => name.startsWith("docs/testing.md ") && promised(code).length > 0
  )

  it.each(examplesOfTesting)("$name prints what it says", async (example) => {
    const tmdb = await listen()
    try {
      const { code, printed } = await run(example, tmdb, "allow")
      assert.strictEqual(code, 0)
      assert.deepStrictEqual(printed.split("\n"), [...promised(example.code)])
    } finally {
      await tmdb.close()
    }
  })
})
