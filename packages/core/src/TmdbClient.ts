/**
 * The way out to TMDB: base addresses, the app's credential, timeout and
 * repeats over any `HttpClient`. Every operation goes through `call`.
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
  /** The base of the API, without a slash at its end. */
  readonly apiUrl: string
  /** The base of the site where a person approves, without a slash at its end. */
  readonly webUrl: string
  /** Makes one call. It ends in the errors of the row, and in those that every call shares. */
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
 * How often a failed call is made again.
 *
 * @since 0.1.0
 * @category models
 */
export interface Retry {
  /** All requests counted, the first included; 3 unless given. */
  readonly attempts?: number | undefined
  /** The longest back-off between two of them; 10 seconds unless given. A `Retry-After` is never cut short. */
  readonly maxDelay?: Duration.DurationInput | undefined
}

/**
 * How a client is made.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends Credentials.Options {
  /** The base of the API; `https://api.themoviedb.org` unless given. Plain `http:` for loopback hosts only. */
  readonly apiUrl?: string | undefined
  /** The base of the site where a person approves; `https://www.themoviedb.org` unless given. */
  readonly webUrl?: string | undefined
  /** For the whole operation, its repeats included; 10 seconds unless given. */
  readonly timeout?: Duration.DurationInput | undefined
  /** `false` for exactly one request. */
  readonly retry?: false | Retry | undefined
  /** The server at `apiUrl` is the app's own and adds the credential: none is needed here. */
  readonly proxy?: boolean | undefined
  /** Called after each call; `Metrics.record` is one to pass. Nothing is measured unless it is given. */
  readonly metrics?: Metrics | undefined
  /** Wraps the `HttpClient`, for what these options do not offer. */
  readonly transformClient?: ((client: HttpClient.HttpClient) => HttpClient.HttpClient) | undefined
}

/**
 * Where TMDB is.
 *
 * @since 0.1.0
 * @category constants
 */
export const defaultApiUrl = "https://api.themoviedb.org"

/**
 * The address of an API in the one form that addresses are compared and shown
 * in: without a slash at its end, its host as URLs have it.
 *
 * Fails with `InvalidConfiguration` when it is not an `https:` URL (or `http:`
 * on loopback), and when it holds a user name, a password, a query or a
 * fragment. The error does not repeat it.
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
 * Where a person approves.
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
 * Over `FetchHttpClient`, the `RequestInit` is core's own: nothing is cached, no
 * cookie is sent and no redirect is followed. Put other options of `fetch` into
 * a `Fetch` of yours.
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
 * Calls a row through the client in context: also the way to call an endpoint
 * of one's own, made with `Endpoint.make`.
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
 * A setting of the environment, without blanks around it. One that is not
 * there, or blank, is `undefined`.
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
 * A secret of the environment, read as `setting` does.
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
 * The settings of the environment.
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
 * The settings of the environment: `TMDB_ACCESS_TOKEN`, `TMDB_API_KEY`,
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
 * Reads settings. The error names the one that is wrong, without its value. The
 * platform's own error would print it.
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
 * The client with its settings from the environment (through `Config`);
 * `options` add to them and win over them.
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
        // A credential that was passed stands alone: another of the environment must not win over it.
        ...(Credentials.isGiven(options) ? {} : { accessToken, apiKey }),
        apiUrl: options.apiUrl ?? apiUrl,
        webUrl: options.webUrl ?? webUrl
      })
    )
  )
