/** Signing in: approved, denied, not answered, interrupted, and while TMDB fails. */
import * as Account from "@tmdb-session/core/Account"
import * as Approval from "@tmdb-session/core/Approval"
import * as SignIn from "@tmdb-session/core/SignIn"
import { assert } from "chai"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type { Adapter } from "../Adapter.js"
import { type Case, withClient } from "../Case.js"
import { operations, secretsOf } from "../Operations.js"
import { assertNoSecret } from "../Secrets.js"
import { type Service, Tmdb } from "../Tmdb.js"
import { losses } from "./faults.js"

const exchange = "POST /3/authentication/session/new"

/** An `Approval` by a person: `act` decides, and returns the outcome. */
const person = (
  act: (tmdb: Service, pending: Approval.Pending) => Effect.Effect<Approval.Outcome>
): Layer.Layer<Approval.Approval, never, Tmdb> =>
  Layer.effect(
    Approval.Approval,
    Effect.map(Tmdb, (tmdb) => ({
      prepare: Effect.succeed<Approval.Prepared>({ ask: (_, pending) => act(tmdb, pending) })
    }))
  )

const whoAllows = person((tmdb, { requestToken }) => Effect.as(tmdb.approve(requestToken), "approved"))
const whoDenies = person((tmdb, { requestToken }) => Effect.as(tmdb.deny(requestToken), "denied"))
const whoNeverAnswers = person(() => Effect.never)

/** Waits until TMDB received the request, by polling the sandbox. */
const untilAsked = (tmdb: Service, endpoint: string, times = 1) =>
  Effect.repeat(tmdb.asked(endpoint), { until: (count) => count >= times })

/** Interrupts a sign-in while `underWay` is going on. The sign-in ends and releases the approval, and the client still works. */
const interruptedWhile = (
  adapter: Adapter,
  during: (tmdb: Service) => {
    readonly arrange: Effect.Effect<void>
    readonly underWay: Effect.Effect<unknown>
    readonly ask?: (pending: Approval.Pending) => Effect.Effect<Approval.Outcome>
  }
) =>
  Effect.gen(function* () {
    const tmdb = yield* Tmdb
    const { arrange, ask = () => Effect.never, underWay } = during(tmdb)
    yield* arrange
    const released = yield* Deferred.make<void>()
    const approval = Layer.succeed(Approval.Approval, {
      prepare: Effect.acquireRelease(
        Effect.succeed<Approval.Prepared>({ ask: (_, pending) => ask(pending) }),
        () => Deferred.succeed(released, undefined)
      )
    })
    const fiber = yield* Effect.fork(Effect.provide(SignIn.signIn(), approval))
    yield* underWay
    yield* Fiber.interrupt(fiber)
    yield* Deferred.await(released)
    yield* tmdb.noFaults
    yield* Effect.provide(SignIn.signIn(), whoAllows)
  }).pipe(withClient(adapter, { timeout: "1 minute" }))

export const signInCases = (adapter: Adapter): ReadonlyArray<Case> => [
  ...([3, 4] as const).map((version) => ({
    name: `a version ${version} sign-in, allowed, ends in a session that is theirs; signing out ends it`,
    run: Effect.gen(function* () {
      const tmdb = yield* Tmdb
      const signedIn = yield* Effect.provide(SignIn.signIn({ version }), whoAllows)
      assert.strictEqual((yield* Account.details(signedIn.sessionId)).username, tmdb.person.username)
      assert.strictEqual(signedIn.accessToken !== undefined, version === 4)
      yield* SignIn.signOut(signedIn)
      const { held } = yield* tmdb.inspect
      assert.deepInclude(held, { sessions: 0, accessTokens: 0 })
    }).pipe(withClient(adapter))
  })),
  {
    name: "a sign-in that is denied fails with ApprovalDenied, and no session was asked for",
    run: Effect.gen(function* () {
      const tmdb = yield* Tmdb
      const error = yield* Effect.flip(Effect.provide(SignIn.signIn(), whoDenies))
      assert.strictEqual(error._tag, "ApprovalDenied")
      assert.strictEqual(yield* tmdb.asked(exchange), 0)
      assertNoSecret(error, secretsOf(tmdb))
    }).pipe(withClient(adapter))
  },
  {
    name: "a sign-in that nobody answers ends with its timeout in ApprovalExpired",
    run: Effect.gen(function* () {
      const error = yield* Effect.flip(Effect.provide(SignIn.signIn({ timeout: 100 }), whoNeverAnswers))
      assert.strictEqual(error._tag, "ApprovalExpired")
    }).pipe(withClient(adapter))
  },
  {
    name: "in two halves: begin, the person's visit, complete",
    run: Effect.gen(function* () {
      const tmdb = yield* Tmdb
      const { approvalUrl, pending } = yield* SignIn.begin({ redirectTo: "https://app.example/back" })
      yield* tmdb.approve(pending.requestToken)
      const token = Redacted.value(pending.requestToken)
      assert.include(approvalUrl, token)
      const session = yield* SignIn.complete(
        `https://app.example/back?request_token=${token}&approved=true`,
        pending
      )
      yield* Account.details(session.sessionId)
    }).pipe(withClient(adapter))
  },
  {
    name: "a reply that is lost, when the person approved, is told as just that, after one request more",
    run: Effect.gen(function* () {
      const tmdb = yield* Tmdb
      const times = losses(adapter)
      yield* tmdb.fault({ fault: "replyLost", times, endpoint: exchange })
      const error = yield* Effect.flip(Effect.provide(SignIn.signIn(), whoAllows))
      assert.strictEqual(error._tag, "ConnectionFailed")
      assert.propertyVal(error, "delivered", "unknown")
      assert.strictEqual(yield* tmdb.asked(exchange), times + 1)
    }).pipe(withClient(adapter))
  },
  {
    name: "a TMDB that is down for a moment does not end a sign-in",
    run: Effect.gen(function* () {
      const tmdb = yield* Tmdb
      yield* tmdb.fault({ fault: "badGateway", endpoint: exchange })
      yield* Effect.provide(SignIn.signIn(), whoAllows)
      assert.strictEqual(yield* tmdb.asked(exchange), 2)
    }).pipe(withClient(adapter))
  },
  {
    name: "interrupted while TMDB is asked for a request token, it ends at once",
    run: interruptedWhile(adapter, (tmdb) => ({
      arrange: tmdb.fault({
        fault: "slowAnswer",
        delay: "1 hour",
        endpoint: "GET /3/authentication/token/new"
      }),
      underWay: untilAsked(tmdb, "GET /3/authentication/token/new")
    }))
  },
  {
    name: "interrupted while the person is asked, it ends at once",
    run: Effect.flatMap(Deferred.make<void>(), (asked) =>
      interruptedWhile(adapter, () => ({
        arrange: Effect.void,
        underWay: Deferred.await(asked),
        ask: () => Effect.zipRight(Deferred.succeed(asked, undefined), Effect.never)
      }))
    )
  },
  {
    name: "interrupted while TMDB is asked for the session, it ends at once",
    run: interruptedWhile(adapter, (tmdb) => ({
      arrange: tmdb.fault({ fault: "slowAnswer", delay: "1 hour", endpoint: exchange }),
      underWay: untilAsked(tmdb, exchange),
      ask: ({ requestToken }) => Effect.as(tmdb.approve(requestToken), "approved")
    }))
  },
  ...operations.map(({ endpoint, name, prepare }) => ({
    name: `${name}, interrupted while TMDB is silent, ends at once, and the client goes on`,
    run: Effect.gen(function* () {
      const tmdb = yield* Tmdb
      const { call } = yield* prepare
      const before = yield* tmdb.asked(endpoint)
      yield* tmdb.fault({ fault: "slowAnswer", delay: "1 hour", endpoint })
      const fiber = yield* Effect.fork(call)
      yield* untilAsked(tmdb, endpoint, before + 1)
      yield* Fiber.interrupt(fiber)
      yield* Effect.flatMap(prepare, (again) => again.call)
    }).pipe(withClient(adapter, { timeout: "1 minute" }))
  })),
  {
    name: `${adapter.crowd} people who sign in at once, on one client, each get a session of their own`,
    run: Effect.gen(function* () {
      const tmdb = yield* Tmdb
      const sessions = yield* Effect.all(
        Array.from({ length: adapter.crowd }, () => SignIn.signIn()),
        { concurrency: "unbounded" }
      ).pipe(Effect.provide(whoAllows))
      const ids = new Set(sessions.map(({ sessionId }) => Redacted.value(sessionId)))
      assert.strictEqual(ids.size, adapter.crowd)
      assert.strictEqual(yield* tmdb.asked(exchange), adapter.crowd)
    }).pipe(withClient(adapter, { timeout: "1 minute" }))
  }
]
