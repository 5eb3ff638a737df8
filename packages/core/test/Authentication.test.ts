/** What each operation sends, and what it makes of a good answer. */

import { inspect } from "node:util"
import { describe, expect, it } from "@effect/vitest"
import { DateTime, Duration, Effect, Exit, Inspectable, Redacted, Schema, TestClock } from "effect"
import { Account, Authentication, createSession, Endpoint, TmdbClient, type TmdbError } from "../src/index.js"
import { operations } from "./Operations.js"
import {
  accessToken,
  apiKey,
  inTurn,
  json,
  provide,
  requestToken,
  requestTokenV4,
  type Sent,
  sessionId,
  text
} from "./Stub.js"

const unreached = inTurn(text(500, "no request was expected"))

describe.each(operations)("$name", (operation) => {
  const wire = (sent: Sent | undefined) => ({
    method: sent?.method,
    origin: sent?.url.origin,
    path: sent?.url.pathname,
    query: Object.fromEntries(sent?.url.searchParams ?? []),
    body: sent?.body === undefined ? undefined : JSON.parse(sent.body),
    authorization: sent?.headers["authorization"],
    accept: sent?.headers["accept"],
    type: sent?.headers["content-type"]
  })
  const asked = {
    method: operation.method,
    origin: "https://api.themoviedb.org",
    path: operation.path,
    query: operation.query,
    body: operation.body,
    accept: "application/json",
    type: operation.body === undefined ? undefined : "application/json"
  }

  it.effect("sends one request, with the access token in a header", () =>
    Effect.gen(function* () {
      const stub = inTurn(json(200, operation.answer))
      yield* operation.call.pipe(provide(stub))
      expect(stub.sent.map(wire)).toEqual([{ ...asked, authorization: `Bearer ${accessToken}` }])
    })
  )

  if (operation.version === 4) {
    it.effect("with a v3 API key is refused before any request", () =>
      Effect.gen(function* () {
        const stub = inTurn(json(200, operation.answer))
        const error = yield* operation.call.pipe(
          provide(stub, { accessToken: undefined, apiKey }),
          Effect.flip
        )
        expect(error).toMatchObject({ _tag: "InvalidConfiguration", operation: operation.name })
        expect(stub.sent).toEqual([])
      })
    )
  } else {
    it.effect("sends a v3 API key in the query", () =>
      Effect.gen(function* () {
        const stub = inTurn(json(200, operation.answer))
        yield* operation.call.pipe(provide(stub, { accessToken: undefined, apiKey }))
        expect(stub.sent.map(wire)).toEqual([
          { ...asked, query: { api_key: apiKey, ...operation.query }, authorization: undefined }
        ])
      })
    )
  }

  it.effect("sends no credential to the app's own proxy", () =>
    Effect.gen(function* () {
      const stub = inTurn(json(200, operation.answer))
      yield* operation.call.pipe(
        provide(stub, { accessToken: undefined, proxy: true, apiUrl: "https://app.example/tmdb/" })
      )
      expect(stub.sent.map(wire)).toEqual([
        {
          ...asked,
          origin: "https://app.example",
          path: `/tmdb${operation.path}`,
          authorization: undefined
        }
      ])
    })
  )

  it.effect(
    "yields what the answer holds, secrets `Redacted`, whatever its `content-type` and status 2xx",
    () =>
      Effect.gen(function* () {
        for (const type of ["application/json; charset=utf-8", "text/html", ""]) {
          for (const status of [200, 201]) {
            const stub = inTurn(json(status, operation.answer, { "content-type": type }))
            expect(yield* operation.call.pipe(provide(stub))).toEqual(operation.yields)
          }
        }
      })
  )

  it.effect("does not mind what else the answer holds", () =>
    Effect.gen(function* () {
      const more = { ...Object(operation.answer), failure: false, news: [{}], status_code: 1 }
      expect(yield* operation.call.pipe(provide(inTurn(json(200, more))))).toEqual(operation.yields)
    })
  )

  it.effect("tells the adapter whether its request consumes what it carries", () =>
    Effect.gen(function* () {
      const stub = inTurn(json(200, operation.answer))
      yield* operation.call.pipe(provide(stub))
      expect(stub.sent.map(({ consuming }) => consuming)).toEqual([operation.consuming])
    })
  )

  it("has one row in Endpoint, named after it", () => {
    expect(Endpoint.all.filter((row) => row.operationId === operation.name)).toMatchObject([
      { method: operation.method, path: operation.template, repeat: operation.consuming ? "never" : "always" }
    ])
  })
})

describe("Endpoint.all", () => {
  it("lists the operations of Operations.ts in this folder, in their order, and no other", () => {
    expect(Endpoint.all.map((row) => row.operationId)).toEqual(operations.map(({ name }) => name))
  })

  it("lists every row that Endpoint exports, by the name of its operation", () => {
    const exported = Object.entries(Endpoint).filter(([, value]) => Object.hasOwn(value, "operationId"))
    expect(new Set(exported)).toEqual(new Set(Endpoint.all.map((row) => [row.operationId, row])))
  })
})

describe("validateKey", () => {
  it.effect("takes the body that TMDB documents, too", () =>
    Effect.gen(function* () {
      const body = { success: true, status_code: 1, status_message: "Success." }
      const exit = yield* Authentication.validateKey().pipe(provide(inTurn(json(200, body))), Effect.exit)
      expect(exit).toEqual(Exit.void)
    })
  )
})

describe("a token, a session id or a password", () => {
  it.effect("is taken as text or `Redacted`", () =>
    Effect.gen(function* () {
      const stub = inTurn(json(200, { success: true, session_id: sessionId }))
      const wrapped = yield* createSession(Redacted.make(requestToken)).pipe(provide(stub))
      const bare = yield* createSession(requestToken).pipe(provide(stub))
      expect(Redacted.value(wrapped.sessionId)).toBe(Redacted.value(bare.sessionId))
      expect(stub.sent[0]?.body).toBe(stub.sent[1]?.body)
    })
  )

  it.effect("comes back unreadable until it is asked for", () =>
    Effect.gen(function* () {
      const session = yield* createSession(requestToken).pipe(
        provide(inTurn(json(200, { success: true, session_id: sessionId })))
      )
      for (const shown of [
        inspect(session, { showHidden: true, depth: 10 }),
        JSON.stringify(session),
        String(session.sessionId),
        Inspectable.toStringUnknown(session)
      ]) {
        expect(shown).not.toContain(sessionId)
      }
    })
  )

  it.effect("that is empty or no text is refused before any request", () =>
    Effect.gen(function* () {
      for (const bad of ["", Redacted.make(""), undefined, null, 7, {}, []]) {
        const calls: ReadonlyArray<Effect.Effect<unknown, TmdbError.TmdbError, TmdbClient.TmdbClient>> = [
          createSession(bad as string),
          Authentication.deleteSession(bad as string),
          Account.details(bad as string),
          Authentication.validateWithLogin({ username: "ada", password: bad as string, requestToken })
        ]
        for (const call of calls) {
          const error = yield* Effect.flip(call.pipe(provide(unreached)))
          expect(error._tag).toBe("InvalidRequest")
          expect(error.httpStatus).toBeUndefined()
        }
      }
      expect(unreached.sent).toEqual([])
    })
  )

  it.effect("of any characters travels whole, or is refused; nothing dies of it", () =>
    Effect.gen(function* () {
      const odd = ['"quoted"', "a&b=c#d?e", "%2F..%2F", "päß wörd", "🎬", "\u0000\n", "\ud800 alone"]
      for (const value of odd) {
        const body = inTurn(json(200, { success: true, session_id: sessionId }))
        yield* createSession(value).pipe(provide(body))
        expect(JSON.parse(body.sent[0]?.body ?? "")).toEqual({ request_token: value })

        const query = inTurn(json(200, { id: 1, username: "ada" }))
        yield* Account.details(value).pipe(provide(query))
        expect(query.sent[0]?.url.searchParams.get("session_id")).toBe(value.replace("\ud800", "\ufffd"))
      }
    })
  )

  it.effect("of characters that no URL can hold does not kill the fiber when TMDB refuses it", () =>
    Effect.gen(function* () {
      const denied = inTurn(json(401, { success: false, status_code: 17, status_message: "\ud800 no" }))
      const error = yield* Effect.flip(createSession("\ud800 alone").pipe(provide(denied)))
      expect(error._tag).toBe("SessionDenied")
    })
  )
})

describe("expires_at", () => {
  const tokenExpiring = (expires_at: unknown, headers = {}) =>
    Authentication.createRequestToken().pipe(
      provide(inTurn(json(200, { success: true, expires_at, request_token: requestToken }, headers)))
    )

  it.effect.each([
    ["2025-12-24 12:53:34 UTC", "2025-12-24T12:53:34.000Z"],
    ["2024-02-29 00:00:00 UTC", "2024-02-29T00:00:00.000Z"],
    ["1999-12-31 23:59:59 UTC", "1999-12-31T23:59:59.000Z"]
  ])("%s is a time", ([written, meant]) =>
    Effect.gen(function* () {
      const { expiresAt } = yield* tokenExpiring(written)
      expect(DateTime.isUtc(expiresAt) && DateTime.formatIso(expiresAt)).toBe(meant)
    })
  )

  it.effect.each([
    "2025-02-30 12:00:00 UTC",
    "2025-02-29 12:00:00 UTC",
    "2025-04-31 12:00:00 UTC",
    "2025-13-01 12:00:00 UTC",
    "2025-00-10 12:00:00 UTC",
    "2025-01-00 12:00:00 UTC",
    "2025-12-24 25:00:00 UTC",
    "2025-12-24 24:00:00 UTC",
    "2025-12-24 12:60:00 UTC",
    "2025-12-24 12:00:60 UTC",
    "2025-12-24T12:53:34Z",
    "2025-12-24T12:53:34.000Z",
    "2025-12-24 12:53:34",
    "2025-12-24 12:53:34 GMT",
    "2025-12-24 12:53:34 UTC\n",
    " 2025-12-24 12:53:34 UTC",
    "25-12-24 12:53:34 UTC",
    "",
    "soon",
    1766580814,
    null
  ])("%s is none", (written) =>
    Effect.gen(function* () {
      expect(yield* Effect.flip(tokenExpiring(written))).toMatchObject({
        _tag: "UnexpectedResponse",
        reason: "shape"
      })
    })
  )

  it.effect("tells how long the token lives, whatever this machine's clock says", () =>
    Effect.gen(function* () {
      for (const clock of ["1980-01-01", "2025-12-24T11:53:34Z", "2061-01-01"]) {
        yield* TestClock.setTime(new Date(clock).getTime())
        const { lifetime } = yield* tokenExpiring("2025-12-24 12:53:34 UTC", {
          date: "Wed, 24 Dec 2025 12:13:34 GMT"
        })
        expect(Duration.toMinutes(lifetime)).toBe(40)
      }
    })
  )

  it.effect("without a readable `Date`, or against it, leaves the documented hour", () =>
    Effect.gen(function* () {
      for (const headers of [{}, { date: "nonsense" }, { date: "Thu, 25 Dec 2025 12:13:34 GMT" }]) {
        const { lifetime } = yield* tokenExpiring("2025-12-24 12:53:34 UTC", headers)
        expect(Duration.toMinutes(lifetime)).toBe(60)
      }
    })
  )

  it("is written back as TMDB writes it", () => {
    const written = "2024-02-29 01:02:03 UTC"
    expect(Schema.encodeSync(Endpoint.ExpiresAt)(Schema.decodeSync(Endpoint.ExpiresAt)(written))).toBe(
      written
    )
  })
})

describe("createRequestTokenV4", () => {
  const answer = json(
    200,
    { success: true, request_token: requestTokenV4 },
    { date: "Wed, 24 Dec 2025 12:00:00 GMT" }
  )

  it.effect("gives a token that lives for 15 minutes from TMDB's answer", () =>
    Effect.gen(function* () {
      const token = yield* Authentication.createRequestTokenV4().pipe(provide(inTurn(answer)))
      expect(Duration.toMinutes(token.lifetime)).toBe(15)
      expect(DateTime.formatIso(token.expiresAt)).toBe("2025-12-24T12:15:00.000Z")
    })
  )

  it.effect("counts from its receipt where no `Date` can be read", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(1000)
      const undated = inTurn(json(200, { success: true, request_token: requestTokenV4 }))
      const token = yield* Authentication.createRequestTokenV4().pipe(provide(undated))
      expect(token.expiresAt.epochMillis).toBe(1000 + 15 * 60_000)
    })
  )

  it.effect("sends an empty object when there is nowhere to go back to", () =>
    Effect.gen(function* () {
      const stub = inTurn(answer)
      yield* Authentication.createRequestTokenV4().pipe(provide(stub))
      yield* Authentication.createRequestTokenV4({ redirectTo: undefined }).pipe(provide(stub))
      expect(stub.sent.map(({ body }) => body)).toEqual(["{}", "{}"])
    })
  )
})

describe("Account.details", () => {
  const details = (body: unknown) => Account.details(sessionId).pipe(provide(inTurn(json(200, body))))
  const unknown = {
    id: 1,
    username: "ada",
    name: "",
    includeAdult: false,
    iso6391: undefined,
    iso31661: undefined,
    gravatarHash: undefined,
    avatarPath: undefined
  }

  it.effect.each([
    [{ id: 1, username: "ada" }],
    [{ id: 1, username: "ada", avatar: {} }],
    [{ id: 1, username: "ada", avatar: { gravatar: null, tmdb: null } }],
    [{ id: 1, username: "ada", avatar: { gravatar: { hash: null }, tmdb: { avatar_path: null } } }]
  ])("does without what is optional: %j", ([body]) =>
    Effect.gen(function* () {
      expect(yield* details(body)).toEqual(unknown)
    })
  )

  it.effect("has the pictures that there are", () =>
    Effect.gen(function* () {
      const avatar = { gravatar: { hash: "h" }, tmdb: { avatar_path: "/p.png" } }
      expect(yield* details({ id: 1, username: "ada", include_adult: true, avatar })).toMatchObject({
        gravatarHash: "h",
        avatarPath: "/p.png",
        includeAdult: true
      })
    })
  )

  it.effect("needs an id and a username", () =>
    Effect.gen(function* () {
      for (const body of [{ id: 1 }, { username: "ada" }, { id: "1", username: "ada" }]) {
        expect((yield* Effect.flip(details(body)))._tag).toBe("UnexpectedResponse")
      }
    })
  )
})

describe("approvalUrl", () => {
  const url = (...args: Parameters<typeof Authentication.approvalUrl>) =>
    Authentication.approvalUrl(...args).pipe(provide(unreached, { webUrl: "https://www.themoviedb.org/" }))

  it.effect("is TMDB's page for a v3 token, and for a v4 one", () =>
    Effect.gen(function* () {
      expect(yield* url(requestToken)).toBe(`https://www.themoviedb.org/authenticate/${requestToken}`)
      expect(yield* url(Redacted.make(requestTokenV4))).toBe(
        `https://www.themoviedb.org/auth/access?request_token=${requestTokenV4}`
      )
    })
  )

  it.effect("carries where to go back to, whole", () =>
    Effect.gen(function* () {
      const redirectTo = "https://app.example/back?next=/a&b#c"
      const approval = new URL(yield* url(requestToken, { redirectTo }))
      expect(approval.searchParams.get("redirect_to")).toBe(redirectTo)
      expect([...approval.searchParams.keys()]).toEqual(["redirect_to"])
      expect(yield* url(requestToken, { redirectTo: "my-app://signed-in" })).toContain("my-app%3A%2F%2F")
      expect(yield* url(requestTokenV4, { redirectTo })).not.toContain("app.example")
    })
  )

  it.effect.each([
    "/relative",
    "app.example",
    "",
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    " javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,hi",
    "vbscript:x",
    "blob:https://app.example/1"
  ])("refuses to go back to %j", (redirectTo) =>
    Effect.gen(function* () {
      expect(yield* Effect.flip(url(requestToken, { redirectTo }))).toMatchObject({
        _tag: "InvalidConfiguration",
        operation: "approvalUrl"
      })
    })
  )

  it.effect("lets a token lead nowhere else", () =>
    Effect.gen(function* () {
      for (const token of ["../../settings", "a/b", "a?b", "a#b", "%2e%2e%2f"]) {
        const { pathname, search } = new URL(yield* url(token))
        const place = token.includes(".") ? search : pathname
        expect(place).not.toMatch(/settings\/|\/b$|#/)
        expect(pathname).toMatch(/^\/(authenticate\/[^/]+|auth\/access)$/)
      }
    })
  )

  it.effect("of characters that no URL can hold does not kill the fiber", () =>
    Effect.gen(function* () {
      const exits = yield* Effect.all([
        Effect.exit(url("\ud800")),
        Effect.exit(url(requestToken, { redirectTo: "https://app.example/\ud800" }))
      ])
      for (const exit of exits) expect(Exit.isFailure(exit) && exit.cause._tag === "Die").toBe(false)
    })
  )
})

describe("an endpoint of one's own", () => {
  it.effect.each(["a/b", "a\\b", "..", ".", "%2e%2e", "a%2Fb", "a?b", "a#b", "", "\ud800"])(
    "refuses %j in its path, before any request",
    (value) =>
      Effect.gen(function* () {
        const movie = Endpoint.make({
          operationId: "movieDetails",
          method: "GET",
          path: "/3/movie/{movie_id}",
          input: Schema.Struct({ movie_id: Schema.String }),
          success: Schema.Struct({ title: Schema.String })
        })
        const stub = inTurn(json(200, { title: "Alien" }))
        const error = yield* Effect.flip(TmdbClient.call(movie, { movie_id: value }).pipe(provide(stub)))
        expect(error._tag).toBe("InvalidRequest")
        expect(error.message).toContain("movie_id")
        expect(stub.sent).toEqual([])
      })
  )

  it.effect("is filled from its input: path first, the rest in the query", () =>
    Effect.gen(function* () {
      const season = Endpoint.make({
        operationId: "season",
        method: "GET",
        path: "/3/tv/{series}/season/{number}",
        input: Schema.Struct({
          series: Schema.String,
          number: Schema.NumberFromString,
          language: Schema.optional(Schema.String)
        }),
        success: Schema.Struct({ name: Schema.String })
      })
      const stub = inTurn(json(200, { name: "Season 2" }, { date: "Wed, 24 Dec 2025 12:00:00 GMT" }))
      const answer = yield* TmdbClient.call(season, { series: "a b", number: 2, language: "de" }).pipe(
        provide(stub)
      )
      expect(answer).toEqual({ value: { name: "Season 2" }, date: new Date("2025-12-24T12:00:00Z") })
      expect(stub.sent[0]?.url.href).toBe("https://api.themoviedb.org/3/tv/a%20b/season/2?language=de")
    })
  )
})
