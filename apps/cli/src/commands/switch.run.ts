/** `switch`: makes another profile the current one. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { say, strong, tick } from "../Output.js"
import type { Command } from "../Run.js"
import { Sessions } from "../Sessions.js"
import { environment, notSignedIn, saySessionOfEnvironment } from "../Settings.js"

export const switchTo = (profile: string): Command =>
  Effect.gen(function* () {
    const env = yield* environment
    const sessions = yield* Sessions
    const found = yield* sessions.find(profile)
    if (Option.isNone(found)) return yield* notSignedIn(profile)
    yield* sessions.makeCurrent(profile)
    yield* say(`${tick()} ${strong(profile)} is the current profile now.`)
    if (env.sessionId !== undefined) yield* saySessionOfEnvironment
  })
