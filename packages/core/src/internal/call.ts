/**
 * One call, from its row and input to its value. `prepare` builds the request,
 * `withinTime` limits the time of what follows, `send` sends the request, `judge`
 * decides what the answer means, and `delayBeforeRepeat` whether and when to retry.
 */
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Credentials } from "../Credentials.js"
import type * as Endpoint from "../Endpoint.js"
import type { Metrics } from "../Metrics.js"
import type { CommonError, TmdbError } from "../TmdbError.js"
import { judge } from "./answer.js"
import { type Attempt, begin } from "./attempt.js"
import { withinTime } from "./deadline.js"
import { type Prepared, prepare } from "./request.js"
import { delayBeforeRepeat, type Policy } from "./retry.js"
import { observed } from "./telemetry.js"
import { send } from "./transport.js"

/** The settings of a client, already checked. */
export interface Settings {
  readonly apiUrl: string
  readonly credentials: Credentials
  readonly httpClient: HttpClient.HttpClient
  /** For the whole call, in milliseconds. */
  readonly timeout: number
  readonly policy: Policy
  readonly metrics: Metrics | undefined
}

export const call = <Input, Success, E extends TmdbError>(
  settings: Settings,
  endpoint: Endpoint.Endpoint<Input, Success, E>,
  input: Input
): Effect.Effect<Endpoint.Answer<Success>, E | CommonError> =>
  Effect.flatMap(Clock.currentTimeMillis, (now) => {
    const attempt = begin(endpoint, now + settings.timeout)
    const answer = Effect.flatMap(prepare(settings, endpoint, input), (prepared) =>
      withinTime(settings.timeout, endpoint, attempt, untilSettled(settings, endpoint, prepared, attempt))
    )
    return observed(settings, endpoint, attempt, answer)
  })

const untilSettled = <Input, Success, E extends TmdbError>(
  settings: Settings,
  endpoint: Endpoint.Endpoint<Input, Success, E>,
  prepared: Prepared,
  attempt: Attempt
): Effect.Effect<Endpoint.Answer<Success>, E | CommonError> =>
  Effect.catchAll(exchange(settings, endpoint, prepared, attempt), (error) =>
    Effect.gen(function* () {
      const remaining = attempt.deadline - (yield* Clock.currentTimeMillis)
      const delay = yield* delayBeforeRepeat(settings.policy, endpoint, error, attempt, remaining)
      if (delay === undefined) return yield* Effect.fail(error)
      yield* Effect.sleep(delay)
      return yield* untilSettled(settings, endpoint, prepared, attempt)
    })
  )

const exchange = <Input, Success, E extends TmdbError>(
  { httpClient }: Settings,
  endpoint: Endpoint.Endpoint<Input, Success, E>,
  prepared: Prepared,
  attempt: Attempt
): Effect.Effect<Endpoint.Answer<Success>, E | CommonError> =>
  Effect.suspend(() => {
    attempt.requests += 1
    attempt.httpStatus = undefined
    attempt.delivered = "unknown"
    return Effect.flatMap(send(httpClient, endpoint, prepared.request, attempt), (raw) => {
      attempt.httpStatus = raw.status
      return Effect.flatMap(Clock.currentTimeMillis, (now) => judge(endpoint, prepared, raw, now))
    })
  })
