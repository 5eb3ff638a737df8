/** The operations against what the sandbox, which was written from TMDB's facts alone, says that it answers. */
import { assert, describe, it } from "@effect/vitest"
import { makeSandbox } from "@tmdb-session/sandbox"
import { operations } from "../../core/test/Operations.js"
import { noes } from "../src/cases/operations.js"

interface Described {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

const described = async (): Promise<Described> =>
  (await (await makeSandbox().fetch("https://api.themoviedb.org/openapi.json")).json()) as Described

describe("the sandbox answers", () => {
  for (const { method, name, template } of operations) {
    it(`${name}: ${method} ${template}`, async () => {
      const { paths } = await described()
      assert.containsAllKeys(paths, [template])
      assert.containsAllKeys(paths[template], [method.toLowerCase()])
    })
  }
})

describe("noes, in src/cases/operations.ts, says how to make", () => {
  for (const { errors, name } of operations) {
    for (const error of errors) {
      it(`${name} fail with ${error}`, () => {
        const tags = noes.flatMap(({ expected, operation }) => (operation === name ? [expected.tag] : []))
        assert.include(tags, error)
      })
    }
  }
})
