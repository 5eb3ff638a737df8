/**
 * No request makes the handler throw, or answer that the server failed.
 */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { routes } from "../src/internal/routes.js"
import { siteRoutes } from "../src/internal/site.js"
import { makeWithHandler } from "../src/Sandbox.js"

const { handler, service } = makeWithHandler()
const sessionId = service.createSession()

const decoder = new TextDecoder()
const bodyOf = (body: string | Uint8Array) => (typeof body === "string" ? body : decoder.decode(body))

const oddities = fc.constantFrom(
  "__proto__",
  "constructor",
  "toString",
  "%",
  "%00",
  "%2F..%2F",
  "..",
  "\u0000",
  "[",
  "{request_token}",
  "9".repeat(400),
  "-1",
  "1e309",
  "NaN"
)
const word = fc.oneof(oddities, fc.string({ maxLength: 12 }), fc.string({ unit: "binary", maxLength: 6 }))

const rows = [...routes, ...siteRoutes]
const controls = ["approve", "deny", "advance", "faults", "reset", "inspect", "nothing"]
const knownPath = fc
  .tuple(
    fc.constantFrom(...rows.map((row) => row.path), ...controls.map((name) => `/__sandbox/${name}`)),
    word
  )
  .map(([path, value]) => path.replace(/\{\w+\}/g, () => value))
const titlePath = fc.constantFrom(
  "/3/movie/550/rating",
  "/3/tv/1396/rating",
  "/3/account/1/favorite",
  "/4/list"
)
const path = fc.oneof(
  knownPath,
  titlePath,
  word.map((value) => `/${value}`),
  fc.webPath(),
  word
)

const queryName = fc.constantFrom(
  "request_token",
  "redirect_to",
  "page",
  "sort_by",
  "query",
  "guest_session_id",
  "username",
  "__proto__"
)
const query = fc
  .array(fc.tuple(queryName, word), { maxLength: 3 })
  .map((pairs) => new URLSearchParams(pairs).toString())

const field = fc.constantFrom(
  "request_token",
  "access_token",
  "session_id",
  "username",
  "password",
  "value",
  "items",
  "media_type",
  "media_id",
  "favorite",
  "redirect_to",
  "name",
  "duration",
  "__proto__"
)
const json = fc.oneof(
  fc
    .dictionary(field, fc.oneof(word, fc.jsonValue(), fc.constantFrom("movie", 550, true, 8.5)))
    .map((value) => JSON.stringify(value)),
  fc.json()
)
const body = fc.oneof(
  json,
  fc.string(),
  fc.uint8Array({ maxLength: 64 }),
  query,
  fc.constant(`{"items":[null,1,"x",{"media_type":"movie","media_id":550}]}`)
)

const method = fc.oneof(
  fc.constantFrom("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"),
  fc.string({ minLength: 1, maxLength: 8 })
)

const headers = fc
  .record(
    {
      authorization: fc.oneof(
        word,
        fc.constant(`Bearer ${service.accessToken}`),
        word.map((value) => `Bearer ${value}`)
      ),
      "content-type": fc.constantFrom(
        "application/json",
        "application/json; charset=utf-8",
        "text/plain",
        ""
      ),
      accept: fc.constantFrom("text/html", "*/*", ""),
      origin: fc.oneof(word, fc.constant("null")),
      host: fc.oneof(word, fc.constant("127.0.0.1")),
      "accept-encoding": word
    },
    { requiredKeys: [] }
  )
  .map((given) => ({ ...given }) as Record<string, string>)

const request = fc.record({
  method,
  path,
  query,
  headers,
  body,
  /** Most requests come with a key and a session, for without them little is reached. */
  known: fc.integer({ min: 0, max: 4 }).map((draw) => draw > 0)
})

describe("the handler", () => {
  it("answers every request, and never with a failure of its own", () => {
    fc.assert(
      fc.property(request, (given) => {
        const credential = given.known ? `api_key=${service.apiKey}&session_id=${sessionId}&` : ""
        const answer = handler({
          method: given.method,
          url: `${given.path}?${credential}${given.query}`,
          headers: given.headers
        }).answer(given.body)
        service.faults.clear()
        expect(answer.status).toBeGreaterThanOrEqual(200)
        expect(answer.status).toBeLessThan(500)
        for (const [name, value] of answer.headers)
          expect(`${name}: ${value}`).toMatch(/^[\w-]+: [\t\x20-\x7e]*$/)
        const type = answer.headers.find(([name]) => name === "Content-Type")?.[1] ?? ""
        if (type.startsWith("application/json")) JSON.parse(bodyOf(answer.body))
      }),
      { numRuns: 5000 }
    )
  })

  it("gives the same answer to the same question about a session", () => {
    fc.assert(
      fc.property(word, (value) => {
        const url = `/3/account?api_key=${service.apiKey}&session_id=${encodeURIComponent(value.replace(/[\ud800-\udfff]/g, ""))}`
        expect(handler({ method: "GET", url, headers: {} }).answer("").status).toBe(401)
      })
    )
  })
})
