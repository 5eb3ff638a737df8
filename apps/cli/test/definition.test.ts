/** What a command is given of what was typed. */
import { assert, describe, it } from "@effect/vitest"
import { CommanderError } from "commander"
import { define, flag, oneOf, port, text, texts, time } from "../src/Definition.js"
import { program } from "../src/Program.js"

const definition = define({
  name: "try",
  description: "try it",
  examples: [],
  arguments: { what: { description: "anything", value: text("what") } },
  options: {
    noBrowser: flag("open nothing"),
    withToken: flag("read it"),
    method: { short: "-X", description: "the method", value: oneOf("method", ["GET", "PUT"]) },
    field: { short: "-f", description: "a field", value: texts("key=value") },
    port: { description: "the port", value: port },
    timeout: { description: "how long", value: time }
  },
  load: async () => ({ run: () => "" })
})

const nothing = {
  what: "it",
  noBrowser: false,
  withToken: undefined,
  method: undefined,
  field: undefined,
  port: undefined,
  timeout: undefined
}

const inputOf = async (...typed: ReadonlyArray<string>): Promise<unknown> => {
  let input: unknown
  const root = program([definition], 80, async (invocation) => {
    input = invocation.input
  })
  root.commands[0]?.exitOverride().configureOutput({ writeErr: () => undefined })
  await root.parseAsync(["try", "it", ...typed], { from: "user" })
  return input
}

describe("a command is given", () => {
  const cases: ReadonlyArray<readonly [typed: ReadonlyArray<string>, input: object]> = [
    [[], {}],
    [["--no-browser", "--with-token"], { noBrowser: true, withToken: true }],
    [["-X", "PUT"], { method: "PUT" }],
    [["--method=GET"], { method: "GET" }],
    [["-f", "a=1", "--field", "b=2"], { field: ["a=1", "b=2"] }],
    [["--port", "0"], { port: 0 }],
    [["--port", "65535"], { port: 65_535 }],
    [["--timeout", "90"], { timeout: "90 seconds" }],
    [["--timeout", "1.5h"], { timeout: "1.5 hours" }],
    [["--timeout", "5 minutes"], { timeout: "5 minutes" }]
  ]
  for (const [typed, input] of cases) {
    it(`${JSON.stringify(input)} for "${typed.join(" ")}"`, async () => {
      assert.deepStrictEqual(await inputOf(...typed), { ...nothing, ...input })
    })
  }

  const refused: ReadonlyArray<readonly [typed: ReadonlyArray<string>, says: RegExp]> = [
    [["-X", "get"], /Allowed choices are GET, PUT\./],
    [["--port", "65536"], /a number from 0 to 65535/],
    [["--port", "1e3"], /a number from 0 to 65535/],
    [["--port=-1"], /a number from 0 to 65535/],
    [["--timeout", "0"], /a time such as 90s/],
    [["--timeout", "5 days"], /a time such as 90s/]
  ]
  for (const [typed, says] of refused) {
    it(`nothing for "${typed.join(" ")}", which is refused`, async () => {
      const error = await inputOf(...typed).catch((cause: unknown) => cause)
      assert.instanceOf(error, CommanderError)
      assert.match(error.message, says)
    })
  }
})
