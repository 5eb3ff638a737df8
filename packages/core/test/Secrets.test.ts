/**
 * Canaries: known secrets in every input and every answer, every operation
 * driven to every error, and none of them found in anything that can be
 * printed, logged, traced or counted.
 */
import { inspect } from "node:util"
import { describe, expect, it } from "@effect/vitest"
import {
  Cause,
  Effect,
  Exit,
  Layer,
  Logger,
  LogLevel,
  Metric,
  Option,
  Redacted,
  Runtime,
  Schema,
  Tracer
} from "effect"
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
import { operations, table, type Values } from "./Operations.js"
import {
  bytes,
  failure,
  inTurn,
  json,
  make,
  never,
  type Reply,
  type Stub,
  settle,
  text,
  utf8
} from "./Stub.js"

const canaries = {
  accessToken: "eyJjYW5hcnkwMSI6MX0.eyJjYW5hcnkwMiI6Mn0.Y2FuYXJ5MDM",
  apiKey: "ca9a5e00ca9a5e11ca9a5e22ca9a5e33",
  requestToken: "ca9a5e0102030405060708090a0b0c0d0e0f1011",
  requestTokenV4: "eyJjYW5hcnkwNCI6NH0.eyJjYW5hcnkwNSI6NX0.Y2FuYXJ5MDY",
  sessionId: "ca9a5e2122232425262728292a2b2c2d2e2f3031",
  password: "canary pass/wörd?&=+",
  userAccessToken: "eyJjYW5hcnkwNyI6N30.eyJjYW5hcnkwOCI6OH0.Y2FuYXJ5MDk",
  // What TMDB gives, of which nothing is known before.
  issued: "ca9a5e4142434445464748494a4b4c4d4e4f5051",
  short: "canary-short"
}
const { accessToken, apiKey, issued, password, requestToken, sessionId, userAccessToken } = canaries
const sent: Values = { ...canaries, username: "ada", guestSessionId: issued }
const received: Values = {
  ...sent,
  requestToken: issued,
  requestTokenV4: issued,
  sessionId: issued,
  userAccessToken: issued
}

const forms = Object.entries(canaries).flatMap(([name, canary]) =>
  [canary, encodeURIComponent(canary), Buffer.from(canary).toString("base64").replace(/=+$/, "")].map(
    (form) => [name, form] as const
  )
)
const words = [...new Set(forms.map(([, form]) => form))].join(" ")
/** A password has no shape to know it by: only the call that sends it can know it in an answer. */
const wordsWithoutPassword = forms
  .filter(([name]) => name !== "password" && name !== "short")
  .map(([, form]) => form)
  .join(" ")

/** The canaries in a text. */
const found = (printed: string): ReadonlyArray<string> =>
  forms.filter(([, form]) => printed.includes(form)).map(([name, form]) => `${name} as ${form}`)

/** Everything that a person, a tool or an error tracker could print of a value. */
const printed = (value: unknown): string => {
  const cause = Cause.fail(value)
  const fiberFailure = Runtime.makeFiberFailure(cause)
  const chain: Array<unknown> = []
  for (let next = value; next instanceof Error && chain.length < 10; next = next.cause) {
    chain.push(next.name, next.message, next.stack)
  }
  return [
    String(value),
    JSON.stringify(value),
    inspect(value, { showHidden: true, depth: 50, getters: true }),
    ...chain,
    Cause.pretty(cause, { renderErrorCause: true }),
    String(fiberFailure),
    JSON.stringify(fiberFailure),
    inspect(fiberFailure, { showHidden: true, depth: 50 })
  ].join("\n")
}

const levels = [
  LogLevel.Fatal,
  LogLevel.Error,
  LogLevel.Warning,
  LogLevel.Info,
  LogLevel.Debug,
  LogLevel.Trace
]
const formats = [Logger.stringLogger, Logger.logfmtLogger, Logger.jsonLogger]

/** Collects what is logged while an effect runs, at every level and in every format. */
const logging = (lines: Array<string>) =>
  Layer.merge(
    Logger.add(
      Logger.make((options) => {
        for (const format of formats) lines.push(String(format.log(options)))
      })
    ),
    Logger.minimumLogLevel(LogLevel.All)
  )

const tracing = (lines: Array<string>) =>
  Tracer.make({
    context: (run) => run(),
    span: (name, parent, context, links, startTime, kind) => {
      lines.push(name)
      const attributes = new Map<string, unknown>()
      return {
        _tag: "Span",
        spanId: "span",
        traceId: "trace",
        sampled: true,
        name,
        kind,
        parent,
        context,
        links,
        attributes,
        status: { _tag: "Started", startTime },
        attribute: (key, value) => {
          attributes.set(key, value)
          lines.push(`${key}=${inspect(value)}`)
        },
        end: (_, exit) => {
          lines.push(Exit.isFailure(exit) ? Cause.pretty(exit.cause) : "", inspect(exit, { depth: 50 }))
        },
        event: (event, _, more) => void lines.push(event, inspect(more)),
        addLinks: () => undefined
      }
    }
  })

const labels = Effect.map(Metric.snapshot, (pairs) =>
  pairs.map(({ metricKey }) => inspect(metricKey, { depth: 10 })).join("\n")
)

/** Runs an effect and logs how it ends; gives back the end and all that could be seen of it. */
const watched = <A, E>(effect: Effect.Effect<A, E>, waits = false, at = [LogLevel.Error]) => {
  const lines: Array<string> = []
  const traced = Effect.withTracer(effect, tracing(lines))
  return Effect.gen(function* () {
    const exit = yield* waits ? settle(traced, "1 minute") : Effect.exit(traced)
    const end = Exit.isSuccess(exit) ? exit.value : Cause.squash(exit.cause)
    for (const level of at) {
      yield* Effect.logWithLevel(level, "ended", end)
      if (Exit.isFailure(exit)) yield* Effect.logWithLevel(level, "failed", exit.cause)
    }
    return { exit, end, seen: [...lines, printed(end)].join("\n") }
  }).pipe(Effect.provide(logging(lines)))
}

const client = (stub: Stub, options: TmdbClient.Options = { accessToken }) =>
  Effect.provideServiceEffect(
    TmdbClient.TmdbClient,
    Effect.provide(TmdbClient.make({ metrics: Metrics.record, retry: false, ...options }), stub.layer)
  )

const pending: Approval.Pending = {
  version: 3,
  requestToken: Redacted.make(requestToken),
  expiresAt: 3_600_000,
  apiUrl: TmdbClient.defaultApiUrl
}
const showing = Effect.provideService(Approval.Approval, {
  prepare: Effect.succeed<Approval.Prepared>({ ask: () => Effect.succeed("approved") })
})

type Call = Effect.Effect<unknown, TmdbError.TmdbError, TmdbClient.TmdbClient>

const signIns: Readonly<Record<string, Call>> = {
  signIn: showing(SignIn.signIn({ timeout: "5 seconds" })),
  "signIn, version 4": showing(SignIn.signIn({ version: 4, timeout: "5 seconds" })),
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

/** All that a sign-in asks for, in one answer. */
const good = Object.assign({}, ...operations.map(({ answerWith }) => answerWith(received)), {
  status_code: 1
})

/** What is called, and a good answer to it. */
const calls: ReadonlyArray<readonly [name: string, call: Call, good: unknown]> = [
  ...operations.map(
    ({ answerWith, callWith, name }) => [name, callWith(sent), answerWith(received)] as const
  ),
  ...Object.entries(signIns).map(([name, call]) => [name, call, good] as const)
]

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

const repliesSaying = (said: string, goodAnswer: unknown = good): ReadonlyArray<readonly [string, Reply]> => [
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
  ["a good answer", json(200, goodAnswer, headers)],
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
const replies = repliesSaying(wordsWithoutPassword)

/** Whether something has to wait before it ends. */
const waits = (call: string, reply: Reply): boolean =>
  call.startsWith("signIn") || reply._tag === "Never" || (reply._tag === "Answer" && reply.end === "never")

describe.each(calls)("%s", (name, call, goodAnswer) => {
  const heard = repliesSaying(name === "validateWithLogin" ? words : wordsWithoutPassword, goodAnswer)

  it.effect("prints no secret, whatever TMDB answers", () =>
    Effect.gen(function* () {
      for (const [reply, answer] of heard) {
        const { seen } = yield* watched(call.pipe(client(inTurn(answer))), waits(name, answer))
        expect([reply, found(seen)]).toEqual([reply, []])
      }
      expect(found(yield* labels)).toEqual([])
    })
  )
})

describe("at every level", () => {
  it.effect("nothing that is logged holds a secret", () =>
    Effect.gen(function* () {
      for (const [reply, answer] of repliesSaying(words)) {
        const call = table.validateWithLogin.call(sent)
        const { seen } = yield* watched(call.pipe(client(inTurn(answer))), waits("", answer), levels)
        expect([reply, found(seen)]).toEqual([reply, []])
      }
    })
  )
})

describe("an API key in the query", () => {
  it.effect("is as secret as a token in a header", () =>
    Effect.gen(function* () {
      for (const [name, reply] of replies) {
        const call = Authentication.createSession(requestToken).pipe(client(inTurn(reply), { apiKey }))
        expect([name, found((yield* watched(call, waits("", reply))).seen)]).toEqual([name, []])
      }
    })
  )
})

describe("a v4 sign-in whose conversion fails", () => {
  it.effect("carries the access token, and prints none of it", () =>
    Effect.gen(function* () {
      for (const [name, reply] of replies) {
        const stub = make(({ url }) =>
          url.pathname.endsWith("/convert/4") ? reply : json(200, { ...good, access_token: userAccessToken })
        )
        const signIn = showing(SignIn.signIn({ version: 4, timeout: "5 seconds" }))
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
  const refused: ReadonlyArray<readonly [string, Effect.Effect<unknown, TmdbError.TmdbError>]> = [
    [
      "an API key as an access token",
      TmdbClient.make({ accessToken: apiKey }).pipe(Effect.provide(unreached.layer))
    ],
    [
      "an access token as an API key",
      TmdbClient.make({ apiKey: accessToken }).pipe(Effect.provide(unreached.layer))
    ],
    ["a credential with blanks", Credentials.make({ accessToken: password })],
    [
      "a URL with a password",
      TmdbClient.make({ accessToken, apiUrl: `https://ada:${sessionId}@api.themoviedb.org` }).pipe(
        Effect.provide(unreached.layer)
      )
    ],
    [
      "a URL with a key",
      TmdbClient.make({ accessToken, webUrl: `https://www.themoviedb.org?api_key=${apiKey}` }).pipe(
        Effect.provide(unreached.layer)
      )
    ],
    [
      "a duration",
      TmdbClient.make({ accessToken, timeout: words as "1 second" }).pipe(Effect.provide(unreached.layer))
    ],
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
  it("prints no secret", async () => {
    const denied = json(401, { success: false, status_code: 17, ...talkative(wordsWithoutPassword) }, headers)
    const tmdb = PromiseClient.make(
      Layer.provide(TmdbClient.layer({ accessToken }), inTurn(denied).layer),
      Layer.succeed(Approval.Approval, {
        prepare: Effect.succeed<Approval.Prepared>({ ask: () => Effect.succeed("approved") })
      })
    )
    const reasons = await Promise.all([
      tmdb.createSession(requestToken).catch((reason: unknown) => reason),
      tmdb
        .completeSignIn("/back", { ...pending, requestToken, apiUrl: words })
        .catch((reason: unknown) => reason),
      tmdb.completeSignIn("/back", words as never).catch((reason: unknown) => reason),
      tmdb.signOut({ sessionId, accessToken: userAccessToken }).catch((reason: unknown) => reason)
    ])
    for (const reason of reasons) {
      expect(reason).toBeInstanceOf(Error)
      expect(found(printed(reason))).toEqual([])
    }
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
