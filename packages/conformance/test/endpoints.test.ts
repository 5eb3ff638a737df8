/** Core's table against what the sandbox, which was written from TMDB's facts alone, says that it answers. */
import { assert, describe, it } from "@effect/vitest"
import { Endpoint } from "@tmdb-session/node"
import { makeSandbox } from "@tmdb-session/sandbox"

interface Described {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

const described = async (): Promise<Described> =>
  (await (await makeSandbox().fetch("https://api.themoviedb.org/openapi.json")).json()) as Described

describe("the sandbox answers core's row", () => {
  for (const { method, operationId, path } of Endpoint.all) {
    it(`${operationId}: ${method} ${path}`, async () => {
      const { paths } = await described()
      assert.containsAllKeys(paths, [path])
      assert.containsAllKeys(paths[path], [method.toLowerCase()])
    })
  }
})
