/** Builds a request from a row and its input: path, query or JSON body, and the app's credential. */
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { Credentials } from "../Credentials.js"
import type * as Endpoint from "../Endpoint.js"
import { InvalidConfiguration, InvalidRequest, type TmdbError } from "../TmdbError.js"
import { secretsIn } from "./secret.js"
import { fillPath } from "./url.js"

/** A request, with its secrets, which are removed from an answer that repeats them. */
export interface Prepared {
  readonly request: HttpClientRequest.HttpClientRequest
  readonly credentials: Credentials
  readonly secrets: ReadonlyArray<string>
}

type Fields = Readonly<Record<string, string | undefined>>

const invalid = (operation: string, problem: string) => new InvalidRequest({ operation, errors: [problem] })

/** JavaScript may pass what TypeScript forbids. The schema's own message would print the value. */
const encode = <Input, Success, E extends TmdbError>(
  endpoint: Endpoint.Endpoint<Input, Success, E>,
  input: Input
): Either.Either<Fields, InvalidRequest> =>
  Either.mapLeft(Schema.encodeEither(endpoint.input)(input), () =>
    invalid(endpoint.operationId, "A value is missing, empty or not text")
  )

const secretsOf = (credentials: Credentials, fields: Fields): ReadonlyArray<string> =>
  credentials._tag === "Proxy" ? secretsIn(fields) : [Redacted.value(credentials.value), ...secretsIn(fields)]

/** TMDB reads an access token from a header and, as in `queryOf`, an API key from the query. */
const headersOf = (credentials: Credentials) =>
  credentials._tag === "AccessToken" ? { authorization: `Bearer ${Redacted.value(credentials.value)}` } : {}

const queryOf = (credentials: Credentials): Fields =>
  credentials._tag === "ApiKey" ? { api_key: Redacted.value(credentials.value) } : {}

/** Whether the credential is of a kind that the row accepts. */
const accepted = (endpoint: Endpoint.Any, credentials: Credentials): boolean =>
  endpoint.credentials === "any" || credentials._tag !== "ApiKey"

/** Builds the request of one call. It fails with the errors that can be found without sending it. */
export const prepare = <Input, Success, E extends TmdbError>(
  { apiUrl, credentials }: { readonly apiUrl: string; readonly credentials: Credentials },
  endpoint: Endpoint.Endpoint<Input, Success, E>,
  input: Input
): Either.Either<Prepared, InvalidConfiguration | InvalidRequest> => {
  if (!accepted(endpoint, credentials)) {
    return Either.left(
      new InvalidConfiguration({
        operation: endpoint.operationId,
        what: "TMDB does not accept a v3 API key here",
        next: "Set TMDB_ACCESS_TOKEN, or pass accessToken: the API read access token from https://www.themoviedb.org/settings/api"
      })
    )
  }
  const encoded = encode(endpoint, input)
  if (Either.isLeft(encoded)) return Either.left(encoded.left)
  const fields = encoded.right
  const filled = fillPath(endpoint.path, fields)
  if (Either.isLeft(filled)) return Either.left(invalid(endpoint.operationId, filled.left))
  const { path, rest } = filled.right
  const inQuery = endpoint.method === "GET"
  const request = HttpClientRequest.make(endpoint.method)(apiUrl + path, {
    acceptJson: true,
    headers: headersOf(credentials),
    urlParams: { ...queryOf(credentials), ...(inQuery ? rest : {}) }
  })
  return Either.right({
    request: inQuery
      ? request
      : HttpClientRequest.bodyText(request, JSON.stringify(rest), "application/json"),
    credentials,
    secrets: secretsOf(credentials, fields)
  })
}
