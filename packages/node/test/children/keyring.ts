/** Uses the system's keyring as an app would, and tells what came of it: `<timeout in milliseconds> <plan>`. */
import * as SessionStore from "@tmdb-session/core/SessionStore"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as FileSessionStore from "../../src/FileSessionStore.js"
import * as KeyringSessionStore from "../../src/KeyringSessionStore.js"
import { recordOf, roundOf } from "../Record.js"

const [timeout = "", plan = ""] = process.argv.slice(2)

const keyring = (service?: string) => KeyringSessionStore.layer({ service, timeout: Number(timeout) })

const inStore = <A, E, EL>(
  layer: Layer.Layer<SessionStore.SessionStore, EL>,
  use: (store: SessionStore.Service) => Effect.Effect<A, E>
) => Effect.provide(Effect.flatMap(SessionStore.SessionStore, use), layer)

const plans: Record<string, Effect.Effect<unknown, unknown>> = {
  /** Saves and forgets, beside another app that does the same. */
  use: Effect.gen(function* () {
    const seen: Array<unknown> = []
    yield* inStore(keyring("another app"), (store) => store.save(recordOf(9)))
    yield* inStore(keyring(), (store) =>
      Effect.gen(function* () {
        yield* store.prove
        yield* store.save(recordOf(1))
        yield* store.save(recordOf(2))
        yield* store.save(recordOf(3), "other")
        seen.push(yield* store.list, Option.map(yield* store.load(), roundOf))
        yield* store.remove()
        yield* store.remove()
        seen.push(yield* store.list, yield* store.load())
        const many = Array.from({ length: 8 }, (_, round) => `p${round}`)
        yield* Effect.forEach(many, (profile) => store.save(recordOf(4), profile), {
          concurrency: "unbounded"
        })
        seen.push((yield* store.list).length)
      })
    )
    seen.push(Option.map(yield* inStore(keyring("another app"), (store) => store.load()), roundOf))
    return seen
  }),
  open: inStore(keyring(), (store) => store.list),
  save: inStore(keyring(), (store) => store.save(recordOf(1))),
  /** As an app does that says so itself. */
  orFile: inStore(
    Layer.orElse(keyring(), () => FileSessionStore.layer()),
    (store) => store.save(recordOf(1))
  )
}

const started = performance.now()
const outcome = await Effect.runPromise(Effect.either(plans[plan] ?? Effect.die(plan)))
const told = Either.isRight(outcome)
  ? { value: outcome.right, message: "" }
  : { error: outcome.left, message: (outcome.left as Error).message }
process.stdout.write(JSON.stringify({ ...told, milliseconds: performance.now() - started }))
