/**
 * What an answer means: a value or a `TmdbError`. A known TMDB code decides which.
 * Without one, the HTTP status decides.
 */
import * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { hint } from "../Credentials.js"
import type * as Endpoint from "../Endpoint.js"
import { isStatusCode, isSuccess } from "../StatusCode.js"
import {
  type CommonError,
  type Details,
  InvalidCredentials,
  InvalidRequest,
  NotFound,
  RateLimited,
  ServiceUnavailable,
  SuspendedCredentials,
  type TmdbError,
  type UnexpectedReason,
  UnexpectedResponse
} from "../TmdbError.js"
import type { Prepared } from "./request.js"
import { mentions, scrub, secretsIn } from "./secret.js"
import type { RawAnswer } from "./transport.js"

/** When TMDB answered, by its own clock. */
export const date = (headers: RawAnswer["headers"]): Date | undefined => {
  const time = Date.parse(headers["date"] ?? "")
  return Number.isNaN(time) ? undefined : new Date(time)
}

/** CloudFront's ids are base64. A hexadecimal value may be a key, a token or a session, so it is not quoted. */
const requestIdShape = /^(?![0-9a-f]{32,}$)[\w=-]{1,100}$/

const requestId = (headers: RawAnswer["headers"], secrets: ReadonlyArray<string>): string | undefined => {
  const id = headers["x-amz-cf-id"]
  if (id === undefined || !requestIdShape.test(id)) return undefined
  return mentions(id, secrets) ? undefined : id
}

/** One day, in milliseconds. A longer `Retry-After` is cut to this, which prevents overflow. */
const longestRetryAfter = 86_400_000

const digits = /^\d+$/

/** An HTTP date begins with its day. `Date.parse` alone finds a date in `-5` and `1.5` too. */
const httpDate = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/

/** `Retry-After`: seconds, or a date on the server's clock. Without a `Date` header, `now` counts (in milliseconds). */
export const retryAfter = (headers: RawAnswer["headers"], now: number): Duration.Duration | undefined => {
  const value = headers["retry-after"]?.trim() ?? ""
  const from = date(headers)?.getTime() ?? now
  const wait = digits.test(value)
    ? Number(value) * 1_000
    : httpDate.test(value)
      ? Date.parse(value) - from
      : Number.NaN
  return Number.isNaN(wait) ? undefined : Duration.millis(Math.min(Math.max(0, wait), longestRetryAfter))
}

/** A body as JSON, or why it is not JSON. */
const parse = (text: string): Either.Either<unknown, UnexpectedReason> => {
  if (text.trim() === "") return Either.left("empty")
  try {
    return Either.right(JSON.parse(text))
  } catch {
    // The parser's message quotes the body, so it is dropped.
    return Either.left(/^\s*</.test(text) ? "html" : "json")
  }
}

/** What an answer says, whatever its row. */
interface Reading {
  readonly json: unknown
  readonly fields: Readonly<Record<string, unknown>>
  readonly code: number | undefined
  /** Neither the status nor the body says that the call failed. */
  readonly succeeded: boolean
  /** The reason of an `UnexpectedResponse`, if there is no more exact one. */
  readonly unlike: UnexpectedReason
}

const is2xx = (status: number): boolean => status >= 200 && status <= 299

/** `fetch` gives an opaque redirect the status 0. */
const isRedirect = ({ redirected, status }: RawAnswer): boolean =>
  redirected || status === 0 || (status >= 300 && status <= 399)

const read = (raw: RawAnswer): Reading => {
  const parsed = Either.flatMap(raw.body, parse)
  const json = Either.getOrUndefined(parsed)
  const fields = Predicate.isRecord(json) ? json : {}
  const code = typeof fields["status_code"] === "number" ? fields["status_code"] : undefined
  return {
    json,
    fields,
    code,
    succeeded:
      is2xx(raw.status) &&
      !isRedirect(raw) &&
      fields["success"] !== false &&
      (!isStatusCode(code) || isSuccess(code)),
    unlike: Either.isLeft(parsed) ? parsed.left : is2xx(raw.status) ? "shape" : "httpStatus"
  }
}

/** The value of an answer, or the error it stands for. `now` is in milliseconds. */
export const judge = <Input, Success, E extends TmdbError>(
  endpoint: Endpoint.Endpoint<Input, Success, E>,
  prepared: Prepared,
  raw: RawAnswer,
  now: number
): Either.Either<Endpoint.Answer<Success>, E | CommonError> => {
  const reading = read(raw)
  if (reading.succeeded) {
    // The schema's message quotes the value, so it is dropped.
    const value = Schema.decodeUnknownOption(endpoint.success)(reading.json)
    if (Option.isSome(value)) return Either.right({ value: value.value, date: date(raw.headers) })
  }
  const secrets = [...prepared.secrets, ...secretsIn(reading.fields)]
  // The class is one of the row's or one that every call shares.
  return Either.left(toError({ endpoint, prepared, raw, now, reading, secrets }) as E | CommonError)
}

interface Failure {
  readonly endpoint: Endpoint.Any
  readonly prepared: Prepared
  readonly raw: RawAnswer
  readonly now: number
  readonly reading: Reading
  /** The secrets that TMDB's words may repeat. */
  readonly secrets: ReadonlyArray<string>
}

const toError = (failure: Failure): TmdbError => {
  const { endpoint, raw, reading } = failure
  const unexpected = (reason: UnexpectedReason) => new UnexpectedResponse({ ...detailsOf(failure), reason })
  if (isRedirect(raw)) return unexpected("redirect")
  if (reading.succeeded) return unexpected(reading.unlike)
  if (isStatusCode(reading.code)) {
    const found = byCode(endpoint, reading.code)
    return found === undefined ? unexpected("tmdbCode") : made(found, failure)
  }
  const found = byStatus(raw.status)
  return found === undefined ? unexpected(reading.unlike) : made(found, failure)
}

const commonErrors: ReadonlyArray<Endpoint.ErrorClass<CommonError>> = [
  InvalidCredentials,
  SuspendedCredentials,
  InvalidRequest,
  NotFound,
  RateLimited,
  ServiceUnavailable
]

/** Undefined when the code leads to no error of the row's or of every call's. */
const byCode = (endpoint: Endpoint.Any, code: number): Endpoint.ErrorClass<TmdbError> | undefined =>
  endpoint.codes[code] ?? [...commonErrors, ...endpoint.errors].find(({ codes }) => codes.includes(code))

const invalidRequest = new Set([400, 403, 405, 406, 409, 422, 501])

/** The error for a status without a known code. */
const byStatus = (status: number): Endpoint.ErrorClass<CommonError> | undefined => {
  if (invalidRequest.has(status)) return InvalidRequest
  if (status === 404) return NotFound
  if (status === 429) return RateLimited
  return status >= 500 && status <= 599 ? ServiceUnavailable : undefined
}

/** Three classes have more fields than the details. */
const made = (ErrorClass: Endpoint.ErrorClass<TmdbError>, failure: Failure): TmdbError => {
  const { now, prepared, raw } = failure
  const details = detailsOf(failure)
  if (ErrorClass === InvalidRequest) return new InvalidRequest({ ...details, errors: sentences(failure) })
  if (ErrorClass === RateLimited) {
    return new RateLimited({ ...details, retryAfter: retryAfter(raw.headers, now) })
  }
  if (ErrorClass === InvalidCredentials) {
    return new InvalidCredentials({ ...details, hint: hint(prepared.credentials) })
  }
  // The other classes take only the details.
  return new (ErrorClass as unknown as new (details: Details) => TmdbError)(details)
}

const detailsOf = ({ endpoint, raw, reading, secrets }: Failure): Details => {
  const words = reading.fields["status_message"]
  return {
    operation: endpoint.operationId,
    httpStatus: raw.status === 0 ? undefined : raw.status,
    tmdbCode: reading.code,
    tmdbMessage: typeof words === "string" ? scrub(words, secrets) : undefined,
    requestId: requestId(raw.headers, secrets),
    date: date(raw.headers)
  }
}

const sentences = ({ reading, secrets }: Failure): ReadonlyArray<string> => {
  const { errors } = reading.fields
  return (Array.isArray(errors) ? errors : [])
    .filter(Predicate.isString)
    .slice(0, 20)
    .map((text) => scrub(text, secrets))
}
