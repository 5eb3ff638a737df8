/** `switch`: makes another profile the current one. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Command } from "../Command.js"
import { sessions } from "../Sessions.js"
import { environment, notSignedIn, saySessionOfEnvironment } from "../Settings.js"
import { sayDone } from "../Terminal.js"

export interface Options {
  readonly profile: string
}

export const run = ({ profile }: Options): Command =>
  Effect.gen(function* () {
    const env = yield* environment
    const { find, makeCurrent } = yield* sessions
    const found = yield* find(profile)
    if (Option.isNone(found)) return yield* notSignedIn(profile)
    yield* makeCurrent(profile)
    yield* sayDone(({ strong }) => `${strong(profile)} is now the current profile.`)
    if (env.sessionId !== undefined) yield* saySessionOfEnvironment
  })
