/**
 * The one decoder: from status, headers and body to a value or a `TmdbError`.
 * A known TMDB code decides; without one, the HTTP status does.
 */
import * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { bodyLimit } from "../Delivery.js"
import type * as Endpoint from "../Endpoint.js"
import { type Outcome, outcomeOf } from "../StatusCode.js"
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
import { mentions, scrub, secretsIn } from "./secret.js"

/** What the decoder needs to know about the call beside its row. */
export interface Call {
  readonly secrets: ReadonlyArray<string>
  /** What to say of the credential, should TMDB refuse it. */
  readonly hint: string | undefined
}

/** A body as text, or why it is none: too large to be held, or not UTF-8. */
export type Body = Either.Either<string, "size" | "encoding">

/** An answer as it came. */
export interface Raw {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Body
  /** It came from where a redirect led, which the `HttpClient` followed by itself. */
  readonly redirected: boolean
}

/**
 * Decodes chunks as they come, and takes no more of them once they are too
 * many. Strict: a session id with a replacement character in it would be a
 * session lost. A byte order mark is dropped.
 */
const collecting = () => {
  const decoder = new TextDecoder("utf-8", { fatal: true })
  let size = 0
  let body: Body = Either.right("")
  const add = (chunk?: ArrayBuffer | Uint8Array): void => {
    if (Either.isLeft(body)) return
    try {
      body = Either.right(body.right + decoder.decode(chunk, { stream: chunk !== undefined }))
    } catch {
      body = Either.left("encoding")
    }
  }
  return {
    /** Whether more may come. */
    take: (chunk: ArrayBuffer | Uint8Array): boolean => {
      size += chunk.byteLength
      if (size > bodyLimit) body = Either.left("size")
      else add(chunk)
      return Either.isRight(body)
    },
    end: (): Body => {
      add()
      return body
    }
  }
}

const readBuffer = (bytes: ArrayBuffer): Body => {
  const collected = collecting()
  collected.take(bytes)
  return collected.end()
}

/** Ends a stream of which no more is wanted. */
const enough = "enough"

const readStream = (
  response: HttpClientResponse.HttpClientResponse
): Effect.Effect<Body, HttpClientError.ResponseError> =>
  Effect.suspend(() => {
    const collected = collecting()
    return response.stream.pipe(
      Stream.runForEach((chunk) => (collected.take(chunk) ? Effect.void : Effect.fail(enough))),
      Effect.catchAll((error) =>
        // The latter is the platform's word for a `Response` whose body is null.
        typeof error === "string" || error.reason === "EmptyBody" ? Effect.void : Effect.fail(error)
      ),
      Effect.map(collected.end)
    )
  })

/** The `Response` of `fetch`, which the platform keeps inside of its own, out of sight of its types. */
const webResponse = (response: unknown): Partial<Response> | undefined => {
  const original = Predicate.hasProperty(response, "original") ? response.original : response
  if (!Predicate.hasProperty(original, "source") || !Predicate.isObject(original.source)) return undefined
  return original.source
}

/** A body of `fetch`, by its own reader: through the platform's stream it takes several times as long. */
const readWeb = (
  response: HttpClientResponse.HttpClientResponse,
  stream: ReadableStream<Uint8Array>
): Effect.Effect<Body, HttpClientError.ResponseError> =>
  Effect.tryPromise({
    try: async (signal) => {
      const reader = stream.getReader()
      // What becomes of a body that nobody wants is nobody's concern.
      const cancel = () => void reader.cancel().catch(() => undefined)
      signal.addEventListener("abort", cancel)
      const collected = collecting()
      for (;;) {
        const { done, value } = await reader.read()
        if (done) return collected.end()
        if (collected.take(value)) continue
        cancel()
        return collected.end()
      }
    },
    catch: (cause) =>
      new HttpClientError.ResponseError({ request: response.request, response, reason: "Decode", cause })
  })

const digits = /^\d+$/

/**
 * Reads at most `bodyLimit` bytes. A length that is announced, and not of a
 * coding to be undone, only chooses the cheaper way; what comes is measured.
 */
const readBody = (
  response: HttpClientResponse.HttpClientResponse,
  headers: Raw["headers"],
  web: ReadableStream<Uint8Array> | null | undefined
): Effect.Effect<Body, HttpClientError.ResponseError> => {
  if (web) return readWeb(response, web)
  const length = headers["content-length"] ?? ""
  const plain = digits.test(length) && headers["content-encoding"] === undefined
  if (plain && Number(length) <= bodyLimit) return Effect.map(response.arrayBuffer, readBuffer)
  return readStream(response)
}

/** Takes an answer as it comes. */
export const receive = (
  response: HttpClientResponse.HttpClientResponse
): Effect.Effect<Raw, HttpClientError.ResponseError> => {
  // Read once: the platform converts those of `fetch` each time it is asked.
  const { headers, status } = response
  const web = webResponse(response)
  return Effect.map(readBody(response, headers, web?.body), (body) => ({
    status,
    headers,
    body,
    redirected: web?.redirected === true
  }))
}

/** When TMDB answered, by its own clock. */
export const date = (headers: Raw["headers"]): Date | undefined => {
  const time = Date.parse(headers["date"] ?? "")
  return Number.isNaN(time) ? undefined : new Date(time)
}

/** CloudFront's ids are base64, and no hexadecimal key, token or session; anything else is not quoted. */
const requestIdShape = /^(?![0-9a-f]{32,}$)[\w=-]{1,100}$/

const requestId = (headers: Raw["headers"], secrets: ReadonlyArray<string>): string | undefined => {
  const id = headers["x-amz-cf-id"]
  if (id === undefined || !requestIdShape.test(id)) return undefined
  return mentions(id, secrets) ? undefined : id
}

/** Longer than this, in milliseconds, and it is no wait but a refusal; also keeps a number out of reach of overflow. */
const longestRetryAfter = 86_400_000

/** `Date.parse` finds a date in `-5` and `1.5` too; one of HTTP's begins with its day. */
const httpDate = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/

/** `Retry-After`: seconds, or a date on the server's own clock. */
export const retryAfter = (headers: Raw["headers"], now: number): Duration.Duration | undefined => {
  const value = headers["retry-after"]?.trim() ?? ""
  const from = date(headers)?.getTime() ?? now
  const wait = digits.test(value)
    ? Number(value) * 1_000
    : httpDate.test(value)
      ? Date.parse(value) - from
      : Number.NaN
  return Number.isNaN(wait) ? undefined : Duration.millis(Math.min(Math.max(0, wait), longestRetryAfter))
}

/** A body as JSON, or why it is none. */
const parse = (text: string): Either.Either<unknown, UnexpectedReason> => {
  if (text.trim() === "") return Either.left("empty")
  try {
    return Either.right(JSON.parse(text))
  } catch {
    // The parser's message quotes the body, so it goes no further.
    return Either.left(/^\s*</.test(text) ? "html" : "json")
  }
}

/** An error that has nothing to say beyond what each has. */
type DetailsOnly = new (details: Details) => TmdbError

const commonErrors: ReadonlyArray<DetailsOnly> = [SuspendedCredentials, NotFound, ServiceUnavailable]

interface Failure {
  readonly endpoint: Endpoint.Any
  readonly call: Call
  readonly raw: Raw
  readonly now: number
  readonly reading: Reading
  readonly details: Details
  /** What may be repeated in the words of the answer. */
  readonly secrets: ReadonlyArray<string>
}

const sentences = ({ reading, secrets }: Failure): ReadonlyArray<string> => {
  const { errors } = reading.fields
  return (Array.isArray(errors) ? errors : [])
    .filter(Predicate.isString)
    .slice(0, 20)
    .map((text) => scrub(text, secrets))
}

/** An error by its tag. A tag that neither the row nor every call has is an unexpected answer. */
const byTag = (tag: TmdbError["_tag"], failure: Failure): TmdbError => {
  const { call, details, endpoint, now, raw } = failure
  if (tag === "InvalidRequest") return new InvalidRequest({ ...details, errors: sentences(failure) })
  if (tag === "RateLimited") {
    return new RateLimited({ ...details, retryAfter: retryAfter(raw.headers, now) })
  }
  if (tag === "InvalidCredentials") return new InvalidCredentials({ ...details, hint: call.hint })
  const classes = [...commonErrors, ...(endpoint.errors as ReadonlyArray<DetailsOnly>)]
  const found = classes.find((candidate) => candidate.prototype.name === tag)
  return found === undefined ? new UnexpectedResponse({ ...details, reason: "tmdbCode" }) : new found(details)
}

const invalidRequest = new Set([400, 403, 405, 406, 409, 422, 501])

/** What a status means when no code says it better. */
const ofStatus = (status: number): TmdbError["_tag"] | undefined => {
  if (invalidRequest.has(status)) return "InvalidRequest"
  if (status === 404) return "NotFound"
  if (status === 429) return "RateLimited"
  return status >= 500 && status <= 599 ? "ServiceUnavailable" : undefined
}

const isSuccess = (status: number): boolean => status >= 200 && status <= 299

/** An opaque redirect of `fetch` has status 0. */
const isRedirect = (status: number): boolean => status === 0 || (status >= 300 && status <= 399)

/** What an answer says, before its row is asked. */
interface Reading {
  readonly json: unknown
  readonly fields: Readonly<Record<string, unknown>>
  readonly code: number | undefined
  /** What the code means, where it is one of TMDB's. */
  readonly outcome: Outcome | undefined
  /** Nothing in it says that the call failed. */
  readonly succeeded: boolean
  /** How it differs from what TMDB documents, if nothing says it better. */
  readonly unlike: UnexpectedReason
}

const read = (raw: Raw): Reading => {
  const parsed = Either.flatMap(raw.body, parse)
  const json = Either.getOrUndefined(parsed)
  const fields = Predicate.isRecord(json) ? json : {}
  const code = typeof fields["status_code"] === "number" ? fields["status_code"] : undefined
  const outcome = outcomeOf(code)
  const answered = isSuccess(raw.status) && !raw.redirected
  return {
    json,
    fields,
    code,
    outcome,
    succeeded: answered && fields["success"] !== false && (outcome === undefined || outcome === "success"),
    unlike: Either.isLeft(parsed) ? parsed.left : isSuccess(raw.status) ? "shape" : "httpStatus"
  }
}

/** A value, or the error that the answer stands for. `now` is in milliseconds. */
export const decode = <Input, Success, E extends TmdbError>(
  endpoint: Endpoint.Endpoint<Input, Success, E>,
  call: Call,
  raw: Raw,
  now: number
): Either.Either<Success, E | CommonError> => {
  const reading = read(raw)
  if (reading.succeeded) {
    // The schema's message quotes the value, so it goes no further.
    const value = Schema.decodeUnknownOption(endpoint.success)(reading.json)
    if (Option.isSome(value)) return Either.right(value.value)
  }
  const secrets = [...call.secrets, ...secretsIn(reading.fields)]
  const details = detailsOf(endpoint, raw, reading, secrets)
  // The classes come from the row and from those that every call shares.
  return Either.left(toError({ endpoint, call, raw, now, reading, details, secrets }) as E | CommonError)
}

const detailsOf = (
  endpoint: Endpoint.Any,
  raw: Raw,
  { code, fields }: Reading,
  secrets: ReadonlyArray<string>
): Details => {
  const words = fields["status_message"]
  return {
    operation: endpoint.operationId,
    httpStatus: raw.status === 0 ? undefined : raw.status,
    tmdbCode: code,
    tmdbMessage: typeof words === "string" ? scrub(words, secrets) : undefined,
    requestId: requestId(raw.headers, secrets),
    date: date(raw.headers)
  }
}

/** A known code decides; without one, the HTTP status does. */
const toError = (failure: Failure): TmdbError => {
  const { details, endpoint, raw, reading } = failure
  const { code, outcome } = reading
  if (raw.redirected || isRedirect(raw.status)) {
    return new UnexpectedResponse({ ...details, reason: "redirect" })
  }
  if (reading.succeeded) return new UnexpectedResponse({ ...details, reason: reading.unlike })
  if (outcome === "success") return new UnexpectedResponse({ ...details, reason: "tmdbCode" })
  const tag =
    outcome === undefined || code === undefined ? ofStatus(raw.status) : (endpoint.codes[code] ?? outcome)
  return tag === undefined
    ? new UnexpectedResponse({ ...details, reason: reading.unlike })
    : byTag(tag, failure)
}
