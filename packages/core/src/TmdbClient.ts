/**
 * The client of TMDB: base URLs, the app's credential, timeout and retries over
 * any `HttpClient`. Every operation goes through `call`.
 *
 * @since 0.1.0
 */
import * as HttpClient from "@effect/platform/HttpClient"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Credentials from "./Credentials.js"
import type * as Endpoint from "./Endpoint.js"
import * as calls from "./internal/call.js"
import { milliseconds } from "./internal/duration.js"
import type { Policy } from "./internal/retry.js"
import { baseUrl } from "./internal/url.js"
import type { Metrics } from "./Metrics.js"
import { type CommonError, InvalidConfiguration, type TmdbError } from "./TmdbError.js"

/**
 * The client's own methods.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** The base URL of the API, without a trailing slash. */
  readonly apiUrl: string
  /** The base URL of the site where a person approves, without a trailing slash. */
  readonly webUrl: string
  /** Makes one call. Fails with the errors of the row, and with those that every call shares. */
  readonly call: <Input, Success, E extends TmdbError>(
    endpoint: Endpoint.Endpoint<Input, Success, E>,
    input: Input
  ) => Effect.Effect<Endpoint.Answer<Success>, E | CommonError>
}

/**
 * The client of TMDB.
 *
 * @since 0.1.0
 * @category tags
 */
export class TmdbClient extends Context.Tag("@tmdb-session/core/TmdbClient")<TmdbClient, Service>() {}

/**
 * How often a failed request is retried.
 *
 * @since 0.1.0
 * @category models
 */
export interface Retry {
  /** The most requests, the first included. 3 by default. */
  readonly attempts?: number | undefined
  /** The longest back-off between two requests. 10 seconds by default. It does not shorten a `Retry-After`. */
  readonly maxDelay?: Duration.DurationInput | undefined
}

/**
 * How a client is made.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends Credentials.Options {
  /** The base URL of the API, `https://api.themoviedb.org` by default. Plain `http:` is for loopback hosts only. */
  readonly apiUrl?: string | undefined
  /** The base URL of the site where a person approves, `https://www.themoviedb.org` by default. */
  readonly webUrl?: string | undefined
  /** For the whole operation, with its retries. 10 seconds by default. */
  readonly timeout?: Duration.DurationInput | undefined
  /** `false` to send exactly one request. */
  readonly retry?: false | Retry | undefined
  /** The server at `apiUrl` is the app's own and adds the credential, so none is needed here. */
  readonly proxy?: boolean | undefined
  /** Runs after each call, such as `Metrics.record`. Nothing is measured by default. */
  readonly metrics?: Metrics | undefined
  /** Wraps the `HttpClient`, for what these options do not offer. */
  readonly transformClient?: ((client: HttpClient.HttpClient) => HttpClient.HttpClient) | undefined
}

/**
 * The base URL of TMDB's API.
 *
 * @since 0.1.0
 * @category constants
 */
export const defaultApiUrl = "https://api.themoviedb.org"

/**
 * The URL of an API in the form for comparing and showing it: without a trailing
 * slash, and with its host in lower case.
 *
 * Fails with `InvalidConfiguration` when it is not an `https:` URL, or an `http:`
 * URL of a loopback host, and when it holds a user name, a password, a query or a
 * fragment. The error does not repeat the URL.
 *
 * @example
 * import { TmdbClient } from "@tmdb-session/core"
 *
 * const address = TmdbClient.normalApiUrl("https://API.themoviedb.org/") // https://api.themoviedb.org
 *
 * @since 0.1.0
 * @category constructors
 */
export const normalApiUrl = (apiUrl: string): Either.Either<string, InvalidConfiguration> =>
  baseUrl("API", apiUrl)

/**
 * The base URL of the site where a person approves.
 *
 * @since 0.1.0
 * @category constants
 */
export const defaultWebUrl = "https://www.themoviedb.org"

const policyOf = (retry: Options["retry"]): Either.Either<Policy, InvalidConfiguration> => {
  if (retry === false) return Either.right({ attempts: 1, maxDelay: 0 })
  const { attempts = 3, maxDelay = "10 seconds" } = retry ?? {}
  return Either.map(milliseconds("longest wait (retry.maxDelay)", maxDelay), (maxDelay) => ({
    attempts,
    maxDelay
  }))
}

const credentialsOf = (options: Options): Either.Either<Credentials.Credentials, InvalidConfiguration> =>
  options.proxy === true && !Credentials.isGiven(options)
    ? Either.right({ _tag: "Proxy" })
    : Credentials.make(options)

/**
 * Makes a client over the `HttpClient` in context. Fails with
 * `InvalidConfiguration` when a setting is missing or malformed.
 *
 * Over `FetchHttpClient`, core sets the `RequestInit`, so that nothing is cached,
 * no cookie is sent and no redirect is followed. To set other options of `fetch`,
 * provide your own `Fetch`.
 *
 * @example
 * import { TmdbClient } from "@tmdb-session/core"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const client = yield* TmdbClient.make({ accessToken: "eyJ.eyJ.sig", timeout: "5 seconds" })
 *   return client.apiUrl
 * })
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options): Effect.Effect<Service, InvalidConfiguration, HttpClient.HttpClient> =>
  Effect.gen(function* () {
    const apiUrl = yield* normalApiUrl(options.apiUrl ?? defaultApiUrl)
    const webUrl = yield* baseUrl("web", options.webUrl ?? defaultWebUrl)
    const transform = options.transformClient ?? ((client) => client)
    const settings: calls.Settings = {
      apiUrl,
      credentials: yield* credentialsOf(options),
      httpClient: transform(yield* HttpClient.HttpClient),
      timeout: yield* milliseconds("timeout", options.timeout ?? "10 seconds"),
      policy: yield* policyOf(options.retry),
      metrics: options.metrics
    }
    return { apiUrl, webUrl, call: (endpoint, input) => calls.call(settings, endpoint, input) }
  })

/**
 * Calls a row through the client in context. The row can be one of your own, made
 * with `Endpoint.make`.
 *
 * Fails with the errors of the row, and with those that every call shares.
 *
 * @example
 * import { Endpoint, TmdbClient } from "@tmdb-session/core"
 * import { Effect, Schema } from "effect"
 *
 * const movie = Endpoint.make({
 *   operationId: "movieDetails",
 *   method: "GET",
 *   path: "/3/movie/{movie_id}",
 *   input: Schema.Struct({ movie_id: Schema.String }),
 *   success: Schema.Struct({ title: Schema.String })
 * })
 *
 * const title = Effect.map(TmdbClient.call(movie, { movie_id: "550" }), ({ value }) => value.title)
 *
 * @since 0.1.0
 * @category accessors
 */
export const call = <Input, Success, E extends TmdbError>(
  endpoint: Endpoint.Endpoint<Input, Success, E>,
  input: Input
): Effect.Effect<Endpoint.Answer<Success>, E | CommonError, TmdbClient> =>
  Effect.flatMap(TmdbClient, (client) => client.call(endpoint, input))

/**
 * The client as a layer, over any `HttpClient`.
 *
 * @example
 * import { TmdbClient } from "@tmdb-session/core"
 * import { FetchHttpClient } from "@effect/platform"
 * import { Layer } from "effect"
 *
 * const Tmdb = TmdbClient.layer({ apiKey: "0123456789abcdef0123456789abcdef" }).pipe(
 *   Layer.provide(FetchHttpClient.layer)
 * )
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  options: Options
): Layer.Layer<TmdbClient, InvalidConfiguration, HttpClient.HttpClient> =>
  Layer.effect(TmdbClient, make(options))

/**
 * A setting from the environment, without surrounding white space. It is
 * `undefined` when it is unset or blank.
 *
 * @example
 * import { TmdbClient } from "@tmdb-session/core"
 *
 * const proxy = TmdbClient.setting("HTTPS_PROXY")
 *
 * @since 0.1.0
 * @category config
 */
export const setting = (name: string): Config.Config<string | undefined> =>
  Config.string(name).pipe(
    Config.withDefault(""),
    Config.map((value) => value.trim() || undefined)
  )

/**
 * A secret from the environment, read as `setting` does.
 *
 * @example
 * import { TmdbClient } from "@tmdb-session/core"
 *
 * const sessionId = TmdbClient.secretSetting("TMDB_SESSION_ID")
 *
 * @since 0.1.0
 * @category config
 */
export const secretSetting = (name: string): Config.Config<Redacted.Redacted<string> | undefined> =>
  Config.map(setting(name), (value) => (value === undefined ? undefined : Redacted.make(value)))

/**
 * The settings from the environment.
 *
 * @since 0.1.0
 * @category models
 */
export interface Settings {
  readonly accessToken: Redacted.Redacted<string> | undefined
  readonly apiKey: Redacted.Redacted<string> | undefined
  readonly apiUrl: string | undefined
  readonly webUrl: string | undefined
}

/**
 * Reads the settings from the environment: `TMDB_ACCESS_TOKEN`, `TMDB_API_KEY`,
 * `TMDB_API_URL` and `TMDB_WEB_URL`. A blank one counts as unset.
 *
 * @since 0.1.0
 * @category config
 */
export const config: Config.Config<Settings> = Config.all({
  accessToken: secretSetting("TMDB_ACCESS_TOKEN"),
  apiKey: secretSetting("TMDB_API_KEY"),
  apiUrl: setting("TMDB_API_URL"),
  webUrl: setting("TMDB_WEB_URL")
})

/**
 * Reads settings. Fails with `InvalidConfiguration`, without the values, which the
 * platform's own error would print.
 *
 * @example
 * import { TmdbClient } from "@tmdb-session/core"
 * import { Effect } from "effect"
 *
 * const apiUrl = Effect.map(TmdbClient.readConfig(TmdbClient.config), (settings) => settings.apiUrl)
 *
 * @since 0.1.0
 * @category config
 */
export const readConfig = <A>(settings: Config.Config<A>): Effect.Effect<A, InvalidConfiguration> =>
  Effect.mapError(
    settings,
    () =>
      new InvalidConfiguration({
        operation: "configuration",
        what: "The settings of TMDB cannot be read",
        next: "Check TMDB_ACCESS_TOKEN, TMDB_API_KEY, TMDB_API_URL and TMDB_WEB_URL"
      })
  )

/**
 * The client with its settings from the environment, through `Config`. `options`
 * add to these settings and take precedence over them.
 *
 * @example
 * import { TmdbClient } from "@tmdb-session/core"
 *
 * const Tmdb = TmdbClient.layerConfig({ timeout: "5 seconds" })
 *
 * @since 0.1.0
 * @category layers
 */
export const layerConfig = (
  options: Options = {}
): Layer.Layer<TmdbClient, InvalidConfiguration, HttpClient.HttpClient> =>
  Layer.effect(
    TmdbClient,
    Effect.flatMap(readConfig(config), ({ accessToken, apiKey, apiUrl, webUrl }) =>
      make({
        ...options,
        // A credential that was passed is used alone: one from the environment must not take precedence.
        ...(Credentials.isGiven(options) ? {} : { accessToken, apiKey }),
        apiUrl: options.apiUrl ?? apiUrl,
        webUrl: options.webUrl ?? webUrl
      })
    )
  )
