/** A person who closes the page they were asked on refuses, unless TMDB says otherwise. No test waits for real. */
import { describe, expect, it } from "@effect/vitest"
import { Cause, Effect, Exit } from "effect"
import { Approval, SignIn } from "../src/index.js"
import { failure, json, make, provide, type Reply, refusal, requestToken, sessionId, settle } from "./Stub.js"

const closing: Approval.Prepared = { ask: () => Effect.succeed("closed") }

const token = json(200, { success: true, expires_at: "1970-01-01 01:00:00 UTC", request_token: requestToken })
const denied = refusal(401, 17)
const granted = json(200, { success: true, session_id: sessionId })

/** Signs in while the page is closed at once; `answers` are what TMDB says about the session, in turn. */
const signIn = (...answers: ReadonlyArray<Reply>) => {
  const stub = make((_, index) => (index === 0 ? token : (answers[index - 1] ?? denied)))
  const effect = SignIn.signIn().pipe(
    Effect.provideService(Approval.Approval, { prepare: Effect.succeed(closing) }),
    provide(stub, { retry: false })
  )
  return Effect.map(settle(effect, "10 seconds"), (exit) => ({
    tag: Exit.isSuccess(exit) ? "SignedIn" : Cause.squash(exit.cause),
    questions: stub.sent.length - 1
  }))
}

describe("given a page that was closed, the sign-in", () => {
  it.effect.each<readonly [string, ReadonlyArray<Reply>, string, number]>([
    ["had been approved", [granted], "SignedIn", 1],
    ["is approved as TMDB's answer trails", [denied, granted], "SignedIn", 2],
    ["was not approved", [denied, denied, denied], "ApprovalDenied", 3],
    ["is not known of, for a reply was lost", [failure({ code: "ECONNRESET" })], "ConnectionFailed", 4]
  ])("that %s", ([_, answers, tag, questions]) =>
    Effect.gen(function* () {
      const ended = yield* signIn(...answers)
      expect(ended.questions).toBe(questions)
      if (tag === "SignedIn") expect(ended.tag).toBe(tag)
      else expect(ended.tag).toMatchObject({ _tag: tag })
    })
  )
})
