import { assert, describe, it } from "vitest"
import { describeError, describeValue, pathToCode, secretsIn } from "../report/outcome.mjs"

describe("where TMDB's code is", () => {
  it.each([
    { what: "on the error", thrown: Object.assign(new Error(), { code: 17 }), path: ".code" },
    {
      what: "in the response that the error holds",
      thrown: Object.assign(new Error(), { response: { data: { status_code: 17 } } }),
      path: ".response.data.status_code"
    },
    { what: "in what was thrown in an error's place", thrown: { status_code: 17 }, path: ".status_code" },
    { what: "nowhere", thrown: new Error("17"), path: undefined },
    {
      what: "in the request alone",
      thrown: Object.assign(new Error(), { request: { code: 17 } }),
      path: undefined
    }
  ])("is told when it is $what", ({ path, thrown }) => {
    assert.strictEqual(pathToCode(thrown, 17), path)
  })

  it("is looked for in circles without end", () => {
    const thrown: { self?: unknown } = {}
    thrown.self = thrown
    assert.isUndefined(pathToCode(thrown, 17))
  })
})

describe("what was thrown", () => {
  class Tagged extends Error {
    readonly _tag = "SessionDenied"
  }

  it.each([
    { thrown: new TypeError("fetch failed"), told: 'TypeError "fetch failed"' },
    { thrown: new Tagged("No."), told: 'SessionDenied "No."' },
    { thrown: new Error(""), told: "Error without a message" },
    { thrown: new Error("first line\nsecond line"), told: 'Error "first line"' },
    { thrown: { status_code: 17 }, told: "{ status_code: 17 }, which is no Error" }
  ])("is told as $told", ({ thrown, told }) => {
    assert.strictEqual(describeError(thrown), told)
  })
})

describe("what a call resolved to", () => {
  it("is told on one line that is not long", () => {
    const told = describeValue({ text: "a".repeat(200), more: "line\nline" })
    assert.notInclude(told, "\n")
    assert.isAtMost(told.length, 80)
  })
})

describe("secrets in a text", () => {
  it("are told by name, and only those that are in it", () => {
    assert.deepStrictEqual(secretsIn("?api_key=abc&x=1", { apiKey: "abc", requestToken: "def" }), ["apiKey"])
  })
})
