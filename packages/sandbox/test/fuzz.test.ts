/**
 * No request makes the handler throw, or answer that the server failed.
 */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Handler } from "../src/internal/handler.js"
import type { JsonSchema } from "../src/internal/route.js"
import { routes } from "../src/internal/routes.js"
import { siteRoutes } from "../src/internal/site.js"
import { makeWithHandler } from "../src/Sandbox.js"

const decoder = new TextDecoder()
const textOf = (body: string | Uint8Array) => (typeof body === "string" ? body : decoder.decode(body))

/** A sandbox, what counts in it, and the handler that is to be shaken. */
const start = () => {
  const { handler, service } = makeWithHandler()
  const call = (method: string, url: string, body: object = {}, bearer = service.accessToken) => {
    const headers = { authorization: `Bearer ${bearer}`, "content-type": "application/json" }
    return JSON.parse(textOf(handler({ method, url, headers }).answer(JSON.stringify(body)).body))
  }
  const { request_token } = call("POST", "/4/auth/request_token")
  service.approve(request_token)
  const { access_token, account_id } = call("POST", "/4/auth/access_token", { request_token })
  call("POST", "/4/list", { name: "A list" }, access_token)
  return {
    handler,
    service,
    /** What stands for these words in a path, a query, a header or a body. */
    known: {
      "(key)": service.apiKey,
      "(bearer)": access_token,
      "(account)": account_id,
      "(session)": service.createSession(),
      "(guest)": call("GET", "/3/authentication/guest_session/new").guest_session_id,
      "(token)": call("GET", "/3/authentication/token/new").request_token
    } as Record<string, string>
  }
}

const filledIn = (text: string, known: Record<string, string>): string =>
  text.replace(/\(\w+\)/g, (word) => known[word] ?? word)

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
const sensible = fc.constantFrom(
  "550",
  "1396",
  "1",
  "(session)",
  "(guest)",
  "(token)",
  "(account)",
  "(bearer)"
)
const value = fc.oneof({ weight: 3, arbitrary: sensible }, { weight: 1, arbitrary: word })

const field = fc.oneof(value, fc.jsonValue(), fc.constantFrom<unknown>("tv", false, 550, null))

/** What a client that means it would send. */
const right: Readonly<Record<string, unknown>> = {
  access_token: "(bearer)",
  account_object_id: "(account)",
  decision: "allow",
  duration: "1 minute",
  fault: "maintenance",
  favorite: true,
  guest_session_id: "(guest)",
  items: [{ media_type: "movie", media_id: 550 }, null, 1, "x"],
  media_id: 550,
  media_type: "movie",
  movie_id: "550",
  name: "A list",
  password: "sandbox",
  request_token: "(token)",
  series_id: "1396",
  session_id: "(session)",
  username: "sandbox",
  value: 8.5,
  watchlist: true
}

const fieldNamed = (name: string) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(right[name]) }, { weight: 1, arbitrary: field })

interface Asked {
  /** The row it was made from, if it was. */
  readonly row?: string
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

const names = ["request_token", "redirect_to", "page", "sort_by", "query", "guest_session_id", "username"]
const query = fc
  .array(fc.tuple(fc.constantFrom(...names, "media_type", "media_id", "__proto__"), value), { maxLength: 3 })
  .map((pairs) => new URLSearchParams(pairs).toString().replaceAll("%28", "(").replaceAll("%29", ")"))

const anyBody = fc.oneof(fc.json(), fc.string(), fc.uint8Array({ maxLength: 64 }), query)

const controls = ["approve", "deny", "advance", "faults", "reset", "inspect", "nothing"].map((name) => ({
  method: "POST",
  path: `/__sandbox/${name}`,
  fields: ["request_token", "username", "duration", "fault", "endpoint", "times", "location"]
}))

const fieldsOf = (payload: JsonSchema | undefined): ReadonlyArray<string> =>
  Object.keys((payload?.["properties"] as object | undefined) ?? {})

const rows = [
  ...routes.map(({ method, path, payload }) => ({ method, path, fields: fieldsOf(payload) })),
  ...siteRoutes.map(({ method, path }) => ({ method, path, fields: ["username", "password", "decision"] })),
  ...controls
]

/** A call of a row as a client would make it, but for what it is filled with. */
const callOf = ({ fields, method, path }: (typeof rows)[number]): fc.Arbitrary<Asked> =>
  fc.record({
    row: fc.constant(`${method} ${path}`),
    method: fc.constant(method),
    path: fc
      .array(fc.option(value, { freq: 2 }), { minLength: 3, maxLength: 3 })
      .map((odd) => path.replace(/\{(\w+)\}/g, (_, name) => odd.shift() ?? String(right[name] ?? "1"))),
    query: query.map((rest) => `api_key=(key)&session_id=(session)&${rest}`),
    headers: fc.constantFrom<Record<string, string>>(
      { "content-type": "application/json", host: "127.0.0.1" },
      { "content-type": "application/json", authorization: "Bearer (bearer)" }
    ),
    body: fc.oneof(
      {
        weight: 4,
        arbitrary: fc
          .record(Object.fromEntries([...fields, "__proto__"].map((name) => [name, fieldNamed(name)])), {
            requiredKeys: []
          })
          .map((given) => JSON.stringify(given))
      },
      { weight: 1, arbitrary: anyBody }
    )
  })

const likely = fc.oneof(...rows.map(callOf))

/** Anything at all. */
const wild: fc.Arbitrary<Asked> = fc.record({
  method: fc.oneof(
    fc.constantFrom("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"),
    fc.string({ minLength: 1, maxLength: 8 })
  ),
  path: fc.oneof(
    fc
      .tuple(fc.constantFrom(...rows), word)
      .map(([{ path }, given]) => path.replace(/\{\w+\}/g, () => given)),
    word.map((given) => `/${given}`),
    fc.webPath(),
    word
  ),
  query: fc.oneof(query, word),
  headers: fc
    .record(
      {
        authorization: fc.oneof(
          word,
          word.map((given) => `Bearer ${given}`)
        ),
        "content-type": fc.constantFrom("application/json; charset=utf-8", "text/plain", ""),
        accept: fc.constantFrom("text/html", "*/*", ""),
        origin: fc.oneof(word, fc.constant("null")),
        host: fc.oneof(word, fc.constant("127.0.0.1")),
        "accept-encoding": word
      },
      { requiredKeys: [] }
    )
    .map((given) => ({ ...given }) as Record<string, string>),
  body: anyBody
})

const ask = (
  handler: Handler,
  { body, headers, method, path, query }: Asked,
  known: Record<string, string>
) =>
  handler({
    method,
    url: filledIn(`${path}?${query}`, known),
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, given]) => [name, filledIn(given, known)])
    )
  }).answer(typeof body === "string" ? filledIn(body, known) : body)

describe("the handler", () => {
  it("answers every request, and never with a failure of its own", () => {
    const done = new Set<string>()
    fc.assert(
      fc.property(fc.array(fc.oneof(likely, wild), { minLength: 1, maxLength: 6 }), (requests) => {
        const { handler, known, service } = start()
        for (const asked of requests) {
          const answer = ask(handler, asked, known)
          service.faults.clear()
          expect(answer.status).toBeGreaterThanOrEqual(200)
          expect(answer.status).toBeLessThan(500)
          const unsendable = answer.headers.filter(
            (line) => !/^[\w-]+: [\t\x20-\x7e]*$/.test(line.join(": "))
          )
          expect(unsendable).toEqual([])
          const type = answer.headers.find(([name]) => name === "Content-Type")?.[1] ?? ""
          if (type.startsWith("application/json")) JSON.parse(textOf(answer.body))
          if (answer.status < 300 && asked.row !== undefined) done.add(asked.row)
        }
      }),
      { numRuns: 500 }
    )
    // That it got past the guards, else it would have shaken nothing.
    expect(done.size).toBeGreaterThan(rows.length / 2)
  }, 60_000)

  it("takes no made-up session for one", () => {
    const { handler, service } = start()
    fc.assert(
      fc.property(word, (given) => {
        const query = new URLSearchParams({ api_key: service.apiKey, session_id: given })
        const asked = { method: "GET", url: `/3/account?${query}`, headers: {} }
        expect(handler(asked).answer("").status).toBe(401)
      })
    )
  })
})
