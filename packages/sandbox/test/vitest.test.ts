/**
 * vitest's `test` with someone signed in, as a user's own test would take it.
 */
import { describe, expect } from "vitest"
import { test } from "../src/vitest.js"

const seen = new Set<unknown>()

describe("a case", () => {
  test("is given someone who is signed in", async ({ sandbox, tmdb }) => {
    const account = await (await tmdb.fetch("/3/account")).json()
    expect(account).toMatchObject({ username: sandbox.users[0].username })
    expect(tmdb).toMatchObject({ apiKey: sandbox.apiKey, accessToken: sandbox.accessToken })
    expect(sandbox.inspect().held.sessions).toBe(1)
  })

  test("can write, as a call of its own making", async ({ tmdb }) => {
    const rated = await tmdb.fetch("/3/movie/550/rating", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ value: 8 })
    })
    expect(rated.status).toBe(201)
    const listed = await (await tmdb.fetch("/3/account/1/rated/movies?page=1")).json()
    expect(listed).toMatchObject({ total_results: 1 })
  })

  test.for([1, 2])("shares its sandbox with no other: %i", async (_, { sandbox, tmdb }) => {
    expect(seen.has(sandbox)).toBe(false)
    expect(seen.has(tmdb.sessionId)).toBe(false)
    seen.add(sandbox).add(tmdb.sessionId)
    const listed = await (await tmdb.fetch("/3/account/1/rated/movies")).json()
    expect(listed).toMatchObject({ total_results: 0 })
  })
})

describe("the sandbox of a case", () => {
  const ofAda = test.extend({ sandboxOptions: { users: [{ username: "ada" }] } })

  ofAda("is made with the options it is told", async ({ tmdb }) => {
    expect(await (await tmdb.fetch("/3/account")).json()).toMatchObject({ username: "ada" })
  })
})
