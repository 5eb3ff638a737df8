/**
 * Canaries: known secrets in every input and every answer, every operation
 * driven to every error, and none of them found in anything that can be
 * printed, logged, traced or counted.
 */
import { inspect } from "node:util"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Exit, Layer, LogLevel, Metric, Option, Redacted, Schema } from "effect"
import {
  Approval,
  Authentication,
  Credentials,
  Endpoint,
  Metrics,
  PromiseClient,
  SessionStore,
  SignIn,
  StatusCode,
  TmdbClient,
  type TmdbError
} from "../src/index.js"
import { Secret, secretFields } from "../src/internal/secret.js"
import { operations, table } from "./Operations.js"
import { canaries, forms, found, given, issued, printed, received, watched } from "./Seen.js"
import { bytes, failure, inTurn, json, make, never, type Reply, type Stub, text, utf8 } from "./Stub.js"

const { accessToken, apiKey, password, requestToken, sessionId, userAccessToken } = canaries

const words = [...new Set(forms.map(([, form]) => form))].join(" ")
/** A password has no shape to know it by: only the call that sends it can know it in an answer. */
const wordsWithoutPassword = forms
  .filter(([name]) => name !== "password" && name !== "short")
  .map(([, form]) => form)
  .join(" ")

const labels = Effect.map(Metric.snapshot, (pairs) =>
  pairs.map(({ metricKey }) => inspect(metricKey, { depth: 10 })).join("\n")
)

const client = (stub: Stub, options: TmdbClient.Options = { accessToken }) =>
  Effect.provideServiceEffect(
    TmdbClient.TmdbClient,
    Effect.provide(TmdbClient.make({ metrics: Metrics.record, retry: false, ...options }), stub.layer)
  )

const approved = Layer.succeed(Approval.Approval, {
  prepare: Effect.succeed<Approval.Prepared>({ ask: () => Effect.succeed("approved") })
})
const pending: Approval.Pending = {
  version: 3,
  requestToken: Redacted.make(requestToken),
  expiresAt: 3_600_000,
  apiUrl: TmdbClient.defaultApiUrl
}

/** Good for each request of a sign-in. */
const good = {
  ...table.createRequestToken.answer(received),
  ...table.createAccessToken.answer(received),
  ...table.createSession.answer(received)
}

type Call = Effect.Effect<unknown, TmdbError.TmdbError, TmdbClient.TmdbClient>

/** What is made of several operations. */
const flows: Readonly<Record<string, Call>> = {
  signIn: Effect.provide(SignIn.signIn({ timeout: "5 seconds" }), approved),
  "signIn, version 4": Effect.provide(SignIn.signIn({ version: 4, timeout: "5 seconds" }), approved),
  begin: SignIn.begin({ redirectTo: "https://app.example/" }).pipe(Effect.map((begun) => begun.pending)),
  complete: SignIn.complete("/back?approved=true", pending),
  "complete, version 4": SignIn.complete("/back", { ...pending, version: 4 }),
  "complete, of another token": SignIn.complete(`/back?request_token=${issued}`, pending),
  "complete, denied": SignIn.complete(`/back?denied=true&request_token=${requestToken}`, pending),
  signOut: SignIn.signOut({
    sessionId: Redacted.make(sessionId),
    accessToken: Redacted.make(userAccessToken),
    accountId: "id"
  })
}

/** Every header an error could look at, each with a canary. */
const headers = {
  "authentication-callback": `https://www.themoviedb.org/authenticate/${requestToken}`,
  date: requestToken,
  location: `https://elsewhere.example/?api_key=${apiKey}`,
  "retry-after": sessionId,
  "set-cookie": `session=${sessionId}`,
  "x-amz-cf-id": requestToken
}

/** All that an answer could say of secrets, in the fields that have them and in words. */
const talkative = (said: string) => ({
  status_message: `${said} ${canaries.short}`,
  errors: [said, ...said.split(" ")],
  session_id: canaries.short,
  request_token: canaries.short,
  access_token: issued,
  guest_session_id: issued,
  account_id: "id",
  expires_at: said,
  [said]: said
})

/** What the transport throws holds the request; a cause may hold anything. */
const thrown = Object.assign(new Error(words, { cause: new Error(words) }), { code: words, [words]: words })

/** A code of each outcome. */
const codes = [1, 3, 7, 10, 11, 17, 18, 25, 26, 31, 32, 33, 34, 35, 37]

const repliesSaying = (said: string, good: object): ReadonlyArray<readonly [string, Reply]> => [
  ...codes.map((code) => {
    const status = StatusCode.statusCodes[code]?.[0] ?? 0
    return [
      `code ${code}`,
      json(status, { success: false, status_code: code, ...talkative(said) }, headers)
    ] as const
  }),
  ...[200, 302, 401, 429, 503].flatMap((status) => [
    [`${status} without a code`, json(status, { success: false, ...talkative(said) }, headers)] as const,
    [`${status} as a page`, text(status, `<html>${said}</html>`, headers)] as const
  ]),
  ["a good answer", json(200, good, headers)],
  ["a good answer of another shape", json(200, { success: true, ...talkative(said) }, headers)],
  ["text", text(200, said, headers)],
  ["bytes", bytes(200, [utf8(said), Uint8Array.of(0xff)], headers)],
  ["a reply cut short", bytes(200, [utf8(said)], headers, "cut")],
  ["a reply that does not end", bytes(200, [utf8(said)], headers, "never")],
  ["no reply", never()],
  ["a lost reply", failure({ delivered: "unknown", cause: thrown })],
  ["no connection", failure({ delivered: "no", cause: { code: "ECONNREFUSED", cause: thrown } })],
  ["a refusal of the adapter's", failure({ cause: { refused: "size", thrown } })]
]

/** Whether something has to wait before it ends. */
const neverEnds = (reply: Reply): boolean =>
  reply._tag === "Never" || (reply._tag === "Answer" && reply.end === "never")

describe.each(operations)("$name", ({ answerWith, callWith, name: operation }) => {
  const call = callWith(given)
  const answer = answerWith(received)

  it.effect("prints no secret, whatever TMDB answers", () =>
    Effect.gen(function* () {
      const said = operation === "validateWithLogin" ? words : wordsWithoutPassword
      for (const [name, reply] of repliesSaying(said, answer)) {
        const { exit, seen } = yield* watched(call.pipe(client(inTurn(reply))), neverEnds(reply))
        expect([name, found(seen)]).toEqual([name, []])
        if (name === "a good answer") expect(Exit.isSuccess(exit)).toBe(true)
      }
      expect(found(yield* labels)).toEqual([])
    })
  )

  it.effect("sends canaries, and is answered with them, where anything is secret", () =>
    Effect.gen(function* () {
      const stub = inTurn(json(200, answer))
      yield* call.pipe(client(stub))
      const fields = stub.sent.flatMap(({ body = "{}", url }) => [
        ...url.searchParams,
        ...Object.entries(JSON.parse(body))
      ])
      for (const [name, value] of [...fields, ...Object.entries(answer)]) {
        if (secretFields.has(name)) expect(Object.values(canaries), name).toContain(value)
      }
    })
  )
})

describe.each(Object.entries(flows))("%s", (flow, call) => {
  it.effect("prints no secret, whatever TMDB answers", () =>
    Effect.gen(function* () {
      for (const [name, reply] of repliesSaying(wordsWithoutPassword, good)) {
        const { seen } = yield* watched(
          call.pipe(client(inTurn(reply))),
          flow.startsWith("signIn") || neverEnds(reply)
        )
        expect([name, found(seen)]).toEqual([name, []])
      }
      expect(found(yield* labels)).toEqual([])
    })
  )
})

describe("at every level", () => {
  it.effect("nothing that is logged holds a secret", () =>
    Effect.gen(function* () {
      const { Debug, Error, Fatal, Info, Trace, Warning } = LogLevel
      const levels = [Fatal, Error, Warning, Info, Debug, Trace]
      const { answer, call } = table.validateWithLogin
      for (const [name, reply] of repliesSaying(words, answer(received))) {
        const { seen } = yield* watched(call(given).pipe(client(inTurn(reply))), neverEnds(reply), levels)
        expect([name, found(seen)]).toEqual([name, []])
      }
    })
  )
})

describe("an API key in the query", () => {
  it.effect("is as secret as a token in a header", () =>
    Effect.gen(function* () {
      for (const [name, reply] of repliesSaying(wordsWithoutPassword, good)) {
        const call = Authentication.createSession(requestToken).pipe(client(inTurn(reply), { apiKey }))
        expect([name, found((yield* watched(call, neverEnds(reply))).seen)]).toEqual([name, []])
      }
    })
  )
})

describe("a v4 sign-in whose conversion fails", () => {
  it.effect("carries the access token, and prints none of it", () =>
    Effect.gen(function* () {
      for (const [name, reply] of repliesSaying(wordsWithoutPassword, good)) {
        const stub = make(({ url }) =>
          url.pathname.endsWith("/convert/4") ? reply : json(200, { ...good, access_token: userAccessToken })
        )
        const signIn = SignIn.signIn({ version: 4, timeout: "5 seconds" }).pipe(Effect.provide(approved))
        const { end, exit, seen } = yield* watched(signIn.pipe(client(stub)), true)
        expect([name, found(seen)]).toEqual([name, []])
        const granted = Exit.isFailure(exit) ? (end as TmdbError.TmdbError).granted : undefined
        if (Exit.isFailure(exit)) {
          expect(Redacted.value(granted?.accessToken ?? Redacted.make(""))).toBe(userAccessToken)
        }
      }
    })
  )
})

describe("what is refused before any request", () => {
  const unreached = inTurn(text(500, ""))
  const made = (options: TmdbClient.Options) => Effect.provide(TmdbClient.make(options), unreached.layer)
  const refused: ReadonlyArray<readonly [string, Effect.Effect<unknown, TmdbError.TmdbError>]> = [
    ["an API key as an access token", made({ accessToken: apiKey })],
    ["an access token as an API key", made({ apiKey: accessToken })],
    ["a credential with blanks", Credentials.make({ accessToken: password })],
    ["a URL with a password", made({ accessToken, apiUrl: `https://ada:${sessionId}@api.themoviedb.org` })],
    ["a URL with a key", made({ accessToken, webUrl: `https://www.themoviedb.org?api_key=${apiKey}` })],
    ["a duration", made({ accessToken, timeout: words as "1 second" })],
    [
      "a token that is no text",
      Authentication.createSession({ requestToken } as unknown as string).pipe(client(unreached))
    ],
    [
      "a way back that is none",
      Authentication.approvalUrl(requestToken, { redirectTo: `javascript:${sessionId}` }).pipe(
        client(unreached)
      )
    ],
    [
      "a path that leads elsewhere",
      TmdbClient.call(
        Endpoint.make({
          operationId: "guestRatedMovies",
          method: "GET",
          path: "/3/guest_session/{guest_session_id}/rated/movies",
          input: Schema.Struct({ guest_session_id: Secret }),
          success: Schema.Struct({})
        }),
        { guest_session_id: Redacted.make(`../${sessionId}`) }
      ).pipe(client(unreached))
    ],
    [
      "a session of another API",
      SessionStore.session({
        version: 1,
        sessionId: Redacted.make(sessionId),
        apiUrl: "https://elsewhere.example",
        credentials: { apiKey: Redacted.make(apiKey) }
      }).pipe(client(unreached))
    ]
  ]

  it.effect.each(refused)("is not printed: %s", ([_, effect]) =>
    Effect.gen(function* () {
      const { exit, seen } = yield* watched(effect)
      expect(Exit.isFailure(exit)).toBe(true)
      expect(found(seen)).toEqual([])
    })
  )
})

describe("what is kept and what is configured", () => {
  it.effect("prints no secret", () =>
    Effect.gen(function* () {
      const record: SessionStore.SessionRecord = {
        version: 1,
        sessionId: Redacted.make(sessionId),
        accessToken: Redacted.make(userAccessToken),
        apiUrl: TmdbClient.defaultApiUrl,
        credentials: { apiKey: Redacted.make(apiKey), accessToken: Redacted.make(accessToken) }
      }
      const service = yield* Effect.provide(TmdbClient.make({ accessToken }), inTurn(text(500, "")).layer)
      const values: ReadonlyArray<unknown> = [
        record,
        pending,
        Credentials.make({ apiKey }),
        service,
        yield* SessionStore.clientOptions(record),
        yield* Effect.flatMap(SessionStore.SessionStore, (store) =>
          Effect.zipRight(store.save(record), store.load())
        ).pipe(Effect.provide(SessionStore.layerMemory))
      ]
      for (const value of values) expect(found(printed(value))).toEqual([])
    })
  )
})

describe("a promise that is rejected", () => {
  const denied = json(401, { success: false, status_code: 17, ...talkative(wordsWithoutPassword) }, headers)
  const tmdb = PromiseClient.make(
    Layer.provide(TmdbClient.layer({ accessToken }), inTurn(denied).layer),
    approved
  )
  const { completeSignIn, signOut } = tmdb
  const promises: ReadonlyArray<readonly [string, () => Promise<unknown>]> = [
    ...operations.map(({ name, promise }) => [name, () => promise(tmdb, given)] as const),
    [
      "completeSignIn, of another API",
      () => completeSignIn("/back", { ...pending, requestToken, apiUrl: words })
    ],
    ["completeSignIn, of no record", () => completeSignIn("/back", words as never)],
    ["signOut", () => signOut({ sessionId, accessToken: userAccessToken })]
  ]

  it.each(promises)("prints no secret: %s", async (_, promise) => {
    const reason = await promise().catch((reason: unknown) => reason)
    expect(reason).toBeInstanceOf(Error)
    expect(found(printed(reason))).toEqual([])
  })
})

describe("the one list of what is secret", () => {
  it("names the fields that the rows of Endpoint hold as secrets, and no other", () => {
    const fields = Endpoint.all.flatMap(({ input, success }) =>
      [input, success].flatMap((schema) =>
        Object.entries((schema as unknown as Schema.Struct<Schema.Struct.Fields>).fields)
      )
    )
    const secret = fields.filter(([, schema]) => schema === Secret).map(([name]) => name)
    // The API key is part of no row: the client adds it.
    expect(new Set([...secret, "api_key"])).toEqual(secretFields)
    expect(fields.filter(([name, schema]) => secretFields.has(name) && schema !== Secret)).toEqual([])
  })
})

describe("these tests", () => {
  it("would find a canary, in each of its forms and places", () => {
    for (const [, form] of forms) {
      expect(found(printed(new Error(form)))).not.toEqual([])
      expect(found(printed(Object.defineProperty(new Error("x"), "hidden", { value: form })))).not.toEqual([])
      expect(found(printed({ deep: { down: [Option.some(form)] } }))).not.toEqual([])
    }
  })
})
