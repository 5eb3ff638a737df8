/** The operations as promises: plain values, rejections that are the errors themselves, and `AbortSignal`. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { Approval, PromiseClient, TmdbClient, TmdbError } from "../src/index.js"
import { operations, values } from "./Operations.js"
import {
  accessToken,
  json,
  make,
  never,
  type Reply,
  refusal,
  requestToken,
  type Stub,
  sessionId,
  text
} from "./Stub.js"

/** TMDB with everything in order: each path answers as TMDB documents. */
const answers = new Map(
  operations.map(({ answer, method, path }) => [`${method} ${path}`, json(200, answer)])
)
const inOrder = (replies: Readonly<Record<string, Reply>> = {}): Stub =>
  make(
    ({ method, url }) => replies[url.pathname] ?? answers.get(`${method} ${url.pathname}`) ?? text(404, "")
  )

const approved: Layer.Layer<Approval.Approval> = Layer.succeed(Approval.Approval, {
  prepare: Effect.succeed<Approval.Prepared>({ ask: () => Effect.succeed("approved") })
})

const open = (stub: Stub = inOrder(), options: TmdbClient.Options = {}) =>
  PromiseClient.make(
    TmdbClient.layer({ accessToken, retry: false, ...options }).pipe(Layer.provide(stub.layer)),
    approved
  )

const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => Promise.reject(new Error(`it resolved: ${JSON.stringify(value)}`)),
    (reason: unknown) => reason
  )

const approvalUrl = `https://www.themoviedb.org/authenticate/${requestToken}`
const accountId = "4bc8892a017a3c0z92001001"

type Call = (tmdb: PromiseClient.PromiseClient, options?: PromiseClient.CallOptions) => Promise<unknown>

const calls: ReadonlyArray<readonly [string, Call, unknown]> = [
  ...operations.map(({ name, promise, resolves }): [string, Call, unknown] => [
    name,
    (tmdb, options) => promise(tmdb, values, options),
    resolves
  ]),
  ["approvalUrl", (tmdb, options) => tmdb.approvalUrl(requestToken, options), approvalUrl],
  ["signIn", (tmdb, options) => tmdb.signIn(options), { sessionId }],
  [
    "signIn, version 4",
    (tmdb, options) => tmdb.signIn({ version: 4, ...options }),
    { sessionId, accessToken: values.userAccessToken, accountId }
  ],
  [
    "signOut",
    (tmdb, options) => tmdb.signOut({ sessionId, accessToken: values.userAccessToken }, options),
    undefined
  ]
]

describe.each(calls)("%s", (_, call, value) => {
  it("resolves to plain values", async () => {
    expect(await call(open())).toStrictEqual(value)
  })

  it("rejects with the reason of a signal that was aborted before, and sends nothing", async () => {
    const stub = inOrder()
    const reason = new Error("changed my mind")
    expect(await rejection(call(open(stub), { signal: AbortSignal.abort(reason) }))).toBe(reason)
    expect(stub.sent).toEqual([])
  })

  it("rejects with the error of the layer when the settings are wrong", async () => {
    const error = await rejection(call(open(inOrder(), { accessToken: "0123456789abcdef0123456789abcdef" })))
    expect(error).toBeInstanceOf(TmdbError.InvalidConfiguration)
  })
})

it("has a method for each operation, and those that are made of several", () => {
  const others = ["approvalUrl", "signIn", "beginSignIn", "completeSignIn", "signOut", "close"]
  expect(Object.keys(open()).sort()).toEqual([...operations.map(({ name }) => name), ...others].sort())
})

it.each(operations)("$name sends what its namesake sends", async ({ body, method, path, promise, query }) => {
  const stub = inOrder()
  await promise(open(stub), values)
  expect(
    stub.sent.map(({ body, method, url }) => ({
      method,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      body: body && JSON.parse(body)
    }))
  ).toEqual([{ method, path, query, body }])
})

describe("createRequestTokenV4", () => {
  it("counts the lifetime of the token from now", async () => {
    const before = Date.now()
    const { expiresAt } = await open().createRequestTokenV4()
    expect(expiresAt.getTime()).toBeGreaterThanOrEqual(before + 15 * 60_000)
  })
})

describe("a rejection", () => {
  it("is the typed error itself, with its stack, never a wrapper", async () => {
    const stub = inOrder({ "/3/authentication/session/new": refusal(401, 17, "Session denied.") })
    const error = await rejection(open(stub).createSession(requestToken))
    expect(error).toBeInstanceOf(Error)
    expect(error).toBeInstanceOf(TmdbError.SessionDenied)
    expect(TmdbError.isTmdbError(error)).toBe(true)
    expect(error).toMatchObject({
      _tag: "SessionDenied",
      name: "SessionDenied",
      tmdbCode: 17,
      httpStatus: 401
    })
    expect(String((error as Error).stack)).not.toContain("FiberFailure")
  })

  it("is the signal's own reason when it is aborted on the way, and the request is aborted too", async () => {
    const stub = inOrder({ "/3/authentication/session/new": never() })
    for (const reason of [new Error("no longer needed"), "a text", undefined]) {
      const controller = new AbortController()
      const call = rejection(open(stub).createSession(requestToken, { signal: controller.signal }))
      await expect.poll(() => stub.open.now).toBe(1)
      controller.abort(reason)
      expect(await call).toBe(controller.signal.reason)
      expect(stub.open.now).toBe(0)
    }
  })

  it("carries what a v4 sign-in had been granted", async () => {
    const stub = inOrder({ "/3/authentication/session/convert/4": refusal(401, 35) })
    const error = await rejection(open(stub).signIn({ version: 4 }))
    expect(TmdbError.isTmdbError(error) && error.granted?.accountId).toBe(accountId)
    expect(JSON.stringify(error)).not.toContain(values.userAccessToken)
  })
})

describe("signIn", () => {
  it("tells each event, and rejects with what a listener throws", async () => {
    const seen: Array<string> = []
    await open().signIn({ onEvent: (event) => seen.push(event._tag) })
    expect(seen).toEqual(["TokenIssued", "ApprovalRequested", "CallbackReceived", "Exchanging", "SignedIn"])
    const mistake = new Error("in the listener")
    const onEvent = () => {
      throw mistake
    }
    expect(await rejection(open().signIn({ onEvent }))).toBe(mistake)
  })

  it("asks in another way: a layer, or a function that shows the URL and may fail", async () => {
    const denied = Layer.succeed(Approval.Approval, {
      prepare: Effect.succeed<Approval.Prepared>({ ask: () => Effect.succeed("denied") })
    })
    expect(await rejection(open().signIn({ approval: denied }))).toBeInstanceOf(TmdbError.ApprovalDenied)
    const mistake = new Error("no terminal")
    const shown: Array<string> = []
    const show = (url: string) => {
      shown.push(url)
      throw mistake
    }
    expect(await rejection(open().signIn({ approval: show }))).toBe(mistake)
    expect(await rejection(open().signIn({ approval: () => Promise.reject(mistake) }))).toBe(mistake)
    expect(shown).toEqual([approvalUrl])
  })
})

describe("begin and complete", () => {
  const redirectTo = "https://app.example/signed-in"

  it("carry a sign-in over in plain JSON", async () => {
    for (const version of [3, 4] as const) {
      const tmdb = open()
      const { approvalUrl, pending } = await tmdb.beginSignIn({ redirectTo, version })
      expect(approvalUrl).toContain(version === 3 ? "/authenticate/" : "/auth/access?")
      const kept: PromiseClient.PlainPending = JSON.parse(JSON.stringify(pending))
      expect(await tmdb.completeSignIn(`${redirectTo}?approved=true`, kept)).toMatchObject({ sessionId })
    }
  })

  it("refuse a record that begin did not make, without printing it", async () => {
    const { pending } = await open().beginSignIn({ redirectTo })
    const spoilt = [
      undefined,
      null,
      {},
      { ...pending, version: 5 },
      { ...pending, requestToken: 7 },
      requestToken
    ]
    for (const bad of spoilt) {
      const error = await rejection(open().completeSignIn(redirectTo, bad as PromiseClient.PlainPending))
      expect(error).toBeInstanceOf(TmdbError.ApprovalFailed)
      expect(`${(error as Error).stack}`).not.toContain(requestToken)
    }
  })
})

describe("the adapter's layer", () => {
  it("is built once, when something is first called, and closed at the end", async () => {
    const seen: Array<string> = []
    const client = Layer.scoped(
      TmdbClient.TmdbClient,
      Effect.gen(function* () {
        seen.push("built")
        yield* Effect.addFinalizer(() => Effect.sync(() => seen.push("closed")))
        return yield* TmdbClient.make({ accessToken })
      })
    ).pipe(Layer.provide(inOrder().layer))
    const tmdb = PromiseClient.make(client, approved)
    expect(seen).toEqual([])
    await Promise.all([tmdb.validateKey(), tmdb.createSession(requestToken)])
    expect(seen).toEqual(["built"])
    await tmdb.close()
    expect(seen).toEqual(["built", "closed"])
    await rejection(tmdb.validateKey())
  })

  it("may add operations of its own, which run as these do", async () => {
    const stub = inOrder({ "/3/authentication": refusal(401, 10) })
    const tmdb = PromiseClient.make(
      TmdbClient.layer({ accessToken }).pipe(Layer.provide(stub.layer)),
      approved,
      (run) => ({
        apiUrl: () =>
          run(
            Effect.map(TmdbClient.TmdbClient, ({ apiUrl }) => apiUrl),
            undefined
          )
      })
    )
    expect(await tmdb.apiUrl()).toBe("https://api.themoviedb.org")
    expect(await rejection(tmdb.validateKey())).toBeInstanceOf(TmdbError.SuspendedCredentials)
  })
})
