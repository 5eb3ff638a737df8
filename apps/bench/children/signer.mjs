/** Signs in many people at once, through one client. */
import { Approval, layer, SignIn } from "@tmdb-session/node"
import { createTmdbClient } from "@tmdb-session/node/promise"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { load } from "../clients/all.mjs"
import { answer } from "./child.mjs"

const [name = ""] = process.argv.slice(2)

/** The sandbox has already approved, so the person comes back at once. */
const approval = Layer.succeed(Approval.Approval, {
  prepare: Effect.succeed({ ask: () => Effect.succeed(/** @type {const} */ ("approved")) })
})

/**
 * One sign-in, from the request token to a session. Our clients do all of it. For the others it is made of their
 * two calls, as their documentation shows, with a client for each person: some give two people the same token.
 */
const ways = {
  tmdbSessionEffect: (settings) => {
    const runtime = ManagedRuntime.make(Layer.merge(layer(settings), approval))
    return () => runtime.runPromise(SignIn.signIn())
  },
  tmdbSessionPromise: (settings) => {
    const tmdb = createTmdbClient(settings)
    return () => tmdb.signIn({ approval })
  }
}

const byHand = async (settings) => {
  const { make } = await load(name)
  return async () => {
    const client = make(settings)
    return client.createSession(await client.createRequestToken())
  }
}

let signIn

const questions = {
  start: async ({ settings }) => {
    const { accessToken, apiKey, apiUrl, webUrl } = settings
    signIn = await (ways[name]?.({ accessToken, apiUrl, webUrl }) ?? byHand({ accessToken, apiKey, apiUrl }))
    await signIn()
  },
  signIns: async ({ people }) => {
    const cpu = process.cpuUsage()
    const started = performance.now()
    const times = await Promise.all(
      Array.from({ length: people }, async () => {
        await signIn()
        return performance.now() - started
      })
    )
    const { system, user } = process.cpuUsage(cpu)
    const sorted = times.sort((left, right) => left - right)
    return {
      cpuPerSignIn: (system + user) / people,
      half: sorted[Math.floor(people / 2)],
      last: sorted.at(-1)
    }
  }
}

answer((question) => questions[question.ask](question))
