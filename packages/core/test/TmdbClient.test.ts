/** How a client is configured: what it accepts, what it refuses, and that no refusal prints a value. */

import { inspect } from "node:util"
import { HttpClient, HttpClientRequest } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { ConfigProvider, Effect, Either, Layer, Redacted } from "effect"
import { Authentication, Credentials, TmdbClient, type TmdbError } from "../src/index.js"
import { accessToken, apiKey, inTurn, json, refusal, text } from "./Stub.js"

const stub = () => inTurn(json(200, { success: true }))

const refused = (options: TmdbClient.Options): Effect.Effect<TmdbError.InvalidConfiguration> => {
  const never = inTurn(text(500, "no request was expected"))
  return TmdbClient.make(options).pipe(
    Effect.provide(never.layer),
    Effect.flip,
    Effect.orDie,
    Effect.tap((error) =>
      Effect.sync(() => {
        expect(error).toMatchObject({ _tag: "InvalidConfiguration", operation: "configuration" })
        expect(never.sent).toEqual([])
      })
    )
  )
}

const accepted = (options: TmdbClient.Options) =>
  Effect.provide(TmdbClient.make({ accessToken, ...options }), stub().layer)

const everythingShown = (error: unknown): string =>
  [
    inspect(error, { showHidden: true, depth: 20 }),
    JSON.stringify(error),
    String(error),
    error instanceof Error ? `${error.message}${error.stack}` : ""
  ].join("\n")

describe("the credential", () => {
  it.effect("is needed", () =>
    Effect.gen(function* () {
      for (const none of [
        {},
        { accessToken: "" },
        { apiKey: "  " },
        { accessToken: "\t", apiKey: "" },
        { accessToken: undefined, apiKey: Redacted.make("") }
      ]) {
        expect((yield* refused(none)).message).toContain("TMDB_ACCESS_TOKEN")
      }
    })
  )

  it.effect("of the wrong kind is known by its shape, and the message says where it belongs", () =>
    Effect.gen(function* () {
      expect((yield* refused({ accessToken: apiKey })).message).toContain("TMDB_API_KEY")
      expect((yield* refused({ accessToken: apiKey.toUpperCase() })).message).toContain("TMDB_API_KEY")
      expect((yield* refused({ apiKey: accessToken })).message).toContain("TMDB_ACCESS_TOKEN")
      expect((yield* refused({ accessToken: Redacted.make(apiKey), apiKey })).message).toContain(
        "TMDB_API_KEY"
      )
    })
  )

  it.effect("with characters that no header carries is refused, unprinted", () =>
    Effect.gen(function* () {
      for (const value of [
        "sec\u0000ret-canary",
        "sec ret-canary",
        "secret-canary\r\nx: y",
        "secret-canäry",
        "“secret-canary”"
      ]) {
        for (const options of [{ accessToken: value }, { apiKey: value }]) {
          expect(everythingShown(yield* refused(options))).not.toMatch(/ret-can.ry/)
        }
      }
    })
  )

  it.effect("is taken without the blanks around it, and the access token wins", () =>
    Effect.gen(function* () {
      const seen = stub()
      const client = yield* Effect.provide(
        TmdbClient.make({ accessToken: ` ${accessToken}\n`, apiKey }),
        seen.layer
      )
      yield* Effect.provideService(Authentication.validateKey(), TmdbClient.TmdbClient, client)
      expect(seen.sent[0]?.headers["authorization"]).toBe(`Bearer ${accessToken}`)
      expect(seen.sent[0]?.url.search).toBe("")
    })
  )

  it.effect("of a shape that is merely unusual is sent, and doubted only when TMDB refuses it", () =>
    Effect.gen(function* () {
      const messages = {
        accessToken: yield* refusedByTmdb({ accessToken: "not-a-jwt" }),
        apiKey: yield* refusedByTmdb({ apiKey: "not-hex" }),
        proxy: yield* refusedByTmdb({ proxy: true, apiUrl: "https://app.example" }),
        fine: yield* refusedByTmdb({ accessToken })
      }
      expect(messages.accessToken).toContain("a v3 API key belongs in TMDB_API_KEY")
      expect(messages.apiKey).toContain("an API read access token belongs in TMDB_ACCESS_TOKEN")
      expect(messages.proxy).toContain("the proxy at the API URL")
      expect(messages.fine).toContain("https://www.themoviedb.org/settings/api")
      for (const message of Object.values(messages)) expect(message).not.toMatch(/not-a-jwt|not-hex|eyJ/)
    })
  )

  it("is told apart by shape, and always wrapped", () => {
    expect(Credentials.make({ apiKey })).toMatchObject({ right: { _tag: "ApiKey" } })
    expect(Credentials.make({ accessToken })).toMatchObject({ right: { _tag: "AccessToken" } })
    expect(JSON.stringify(Credentials.make({ apiKey }))).not.toContain(apiKey)
  })

  it.effect("is not needed behind the app's own proxy; a blank one is none", () =>
    Effect.gen(function* () {
      for (const options of [{}, { accessToken: "" }, { apiKey: " " }, { accessToken: undefined }]) {
        const seen = stub()
        const client = yield* Effect.provide(
          TmdbClient.make({ ...options, proxy: true, apiUrl: "https://app.example" }),
          seen.layer
        )
        yield* Effect.provideService(Authentication.validateKey(), TmdbClient.TmdbClient, client)
        expect(seen.sent[0]?.headers["authorization"]).toBeUndefined()
      }
    })
  )
})

const refusedByTmdb = (options: TmdbClient.Options) =>
  Effect.gen(function* () {
    const seen = inTurn(refusal(401, 7, "Invalid API key: You must be granted a valid key."))
    const client = yield* Effect.provide(TmdbClient.make(options), seen.layer)
    const error = yield* Effect.flip(
      Effect.provideService(Authentication.validateKey(), TmdbClient.TmdbClient, client)
    )
    expect(error._tag).toBe("InvalidCredentials")
    return error.message
  })

describe("a base URL", () => {
  it.effect.each([
    ["https://api.themoviedb.org", "https://api.themoviedb.org"],
    ["https://api.themoviedb.org/", "https://api.themoviedb.org"],
    ["https://api.tmdb.org//", "https://api.tmdb.org"],
    ["HTTPS://API.TMDB.ORG", "https://api.tmdb.org"],
    ["https://app.example/tmdb/", "https://app.example/tmdb"],
    ["https://app.example/tmdb?", "https://app.example/tmdb"],
    ["https://app.example/#", "https://app.example"],
    ["http://localhost:8080", "http://localhost:8080"],
    ["http://127.0.0.1:1", "http://127.0.0.1:1"],
    ["http://127.1.2.3", "http://127.1.2.3"],
    ["http://127.1", "http://127.0.0.1"],
    ["http://[::1]:3000/", "http://[::1]:3000"],
    ["http://[0:0:0:0:0:0:0:1]", "http://[::1]"]
  ])("%s is accepted", ([given, meant]) =>
    Effect.gen(function* () {
      expect((yield* accepted({ apiUrl: given })).apiUrl).toBe(meant)
      expect((yield* accepted({ webUrl: given })).webUrl).toBe(meant)
      expect(yield* TmdbClient.normalApiUrl(given ?? "")).toBe(meant)
    })
  )

  it.effect.each([
    "",
    "api.themoviedb.org",
    "/tmdb",
    "//api.themoviedb.org",
    "https://",
    "https://exa mple.org",
    "ftp://api.themoviedb.org",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "http://api.themoviedb.org",
    "http://127.0.0.1.example.org",
    "http://localhost.example.org",
    "http://notlocalhost",
    "http://tmdb.localhost",
    "http://0.0.0.0",
    "http://10.0.0.1",
    "http://[::2]",
    "http://[::]",
    "http://128.0.0.1",
    "https://api.themoviedb.org/?secret-canary=1",
    "https://api.themoviedb.org/#secret-canary",
    "https://user@api.themoviedb.org",
    "https://user:secret-canary@api.themoviedb.org",
    "https://:secret-canary@api.themoviedb.org",
    "http://user:secret-canary@localhost"
  ])("%s is refused, and not printed", (given) =>
    Effect.gen(function* () {
      for (const [options, name] of [
        [{ accessToken, apiUrl: given }, "TMDB_API_URL"],
        [{ accessToken, webUrl: given }, "TMDB_WEB_URL"]
      ] as const) {
        const error = yield* refused(options)
        expect(error.message).toContain(name)
        expect(everythingShown(error)).not.toMatch(/canary|passwd|10\.0\.0\.1/)
      }
      expect(Either.isLeft(TmdbClient.normalApiUrl(given))).toBe(true)
    })
  )

  it.effect("is TMDB's unless given", () =>
    Effect.gen(function* () {
      expect(yield* accepted({})).toMatchObject({
        apiUrl: "https://api.themoviedb.org",
        webUrl: "https://www.themoviedb.org"
      })
    })
  )
})

describe("a duration", () => {
  it.effect("that is none is refused, and not printed", () =>
    Effect.gen(function* () {
      const soon = "secret-canary" as "1 second"
      for (const options of [{ timeout: soon }, { retry: { maxDelay: soon } }]) {
        const error = yield* refused({ accessToken, ...options })
        expect(error.message).toMatch(/timeout|maxDelay/)
        expect(everythingShown(error)).not.toContain("secret-canary")
      }
    })
  )
})

describe("the environment", () => {
  const configured = (environment: Record<string, string>, options?: TmdbClient.Options) => {
    const seen = stub()
    return Effect.gen(function* () {
      yield* Authentication.validateKey()
      const { apiUrl, webUrl } = yield* TmdbClient.TmdbClient
      const [request] = seen.sent
      return {
        apiUrl,
        webUrl,
        authorization: request?.headers["authorization"],
        apiKey: request?.url.searchParams.get("api_key") ?? undefined
      }
    }).pipe(
      Effect.provide(Layer.provide(TmdbClient.layerConfig(options), seen.layer)),
      Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(environment))))
    )
  }
  const tmdb = { apiUrl: "https://api.themoviedb.org", webUrl: "https://www.themoviedb.org" }
  const bearer = `Bearer ${accessToken}`

  it.effect("TMDB_ACCESS_TOKEN wins over TMDB_API_KEY", () =>
    Effect.gen(function* () {
      expect(yield* configured({ TMDB_ACCESS_TOKEN: accessToken, TMDB_API_KEY: apiKey })).toEqual({
        ...tmdb,
        authorization: bearer,
        apiKey: undefined
      })
      expect(yield* configured({ TMDB_API_KEY: apiKey })).toEqual({
        ...tmdb,
        authorization: undefined,
        apiKey
      })
    })
  )

  it.effect("a blank value counts as unset", () =>
    Effect.gen(function* () {
      const blank = { TMDB_ACCESS_TOKEN: " ", TMDB_API_URL: "", TMDB_WEB_URL: "\t" }
      expect(yield* configured({ ...blank, TMDB_API_KEY: apiKey })).toEqual({
        ...tmdb,
        authorization: undefined,
        apiKey
      })
    })
  )

  it.effect("TMDB_API_URL and TMDB_WEB_URL say where TMDB is", () =>
    Effect.gen(function* () {
      const urls = { TMDB_API_URL: "http://127.0.0.1:4000/", TMDB_WEB_URL: "http://127.0.0.1:4001" }
      expect(yield* configured({ ...urls, TMDB_ACCESS_TOKEN: accessToken })).toMatchObject({
        apiUrl: "http://127.0.0.1:4000",
        webUrl: "http://127.0.0.1:4001"
      })
    })
  )

  it.effect("what is passed wins over it", () =>
    Effect.gen(function* () {
      const environment = {
        TMDB_ACCESS_TOKEN: "e30.e30.environment",
        TMDB_API_URL: "https://environment.example"
      }
      expect(yield* configured(environment, { accessToken, apiUrl: "https://passed.example" })).toMatchObject(
        { authorization: bearer, apiUrl: "https://passed.example" }
      )
    })
  )

  it.effect("an API key that is passed wins over an access token of the environment", () =>
    Effect.gen(function* () {
      expect(yield* configured({ TMDB_ACCESS_TOKEN: accessToken }, { apiKey })).toMatchObject({
        authorization: undefined,
        apiKey
      })
    })
  )

  it.effect("what is passed as undefined, or as a blank credential, is not passed", () =>
    Effect.gen(function* () {
      const environment = { TMDB_ACCESS_TOKEN: accessToken, TMDB_API_URL: "https://environment.example" }
      for (const options of [
        { accessToken: undefined, apiKey: undefined, apiUrl: undefined, webUrl: undefined },
        { accessToken: "", apiKey: " " }
      ]) {
        expect(yield* configured(environment, options)).toMatchObject({
          authorization: bearer,
          apiUrl: "https://environment.example"
        })
      }
    })
  )

  it.effect("without a credential, or with a bad setting, no layer is built and no value printed", () =>
    Effect.gen(function* () {
      for (const environment of [
        {},
        { TMDB_API_KEY: accessToken },
        { TMDB_ACCESS_TOKEN: apiKey },
        { TMDB_ACCESS_TOKEN: accessToken, TMDB_API_URL: "http://user:secret-canary@tmdb.example" }
      ]) {
        const error = yield* Effect.flip(configured(environment))
        expect(error._tag).toBe("InvalidConfiguration")
        const shown = everythingShown(error)
        for (const value of [accessToken, apiKey, "secret-canary"]) expect(shown).not.toContain(value)
      }
    })
  )

  it.effect("that cannot be read is a configuration error without its contents", () =>
    Effect.gen(function* () {
      const broken = ConfigProvider.fromMap(new Map([["TMDB_API_KEY.part", "secret-canary"]]))
      const error = yield* TmdbClient.readConfig(TmdbClient.config).pipe(
        Effect.andThen(TmdbClient.make),
        Effect.provide(stub().layer),
        Effect.withConfigProvider(broken),
        Effect.flip
      )
      expect(error._tag).toBe("InvalidConfiguration")
      expect(everythingShown(error)).not.toContain("secret-canary")
    })
  )
})

describe("a setting of the environment", () => {
  const given = (value?: string) =>
    Effect.withConfigProvider(
      ConfigProvider.fromMap(new Map(value === undefined ? [] : [["TMDB_SETTING", value]]))
    )
  const both = Effect.all([TmdbClient.setting("TMDB_SETTING"), TmdbClient.secretSetting("TMDB_SETTING")])

  it.effect.each([undefined, "", " ", "\t\r\n"])(
    "is undefined where the variable is %j, secret or not",
    (value) =>
      Effect.gen(function* () {
        expect(yield* given(value)(both)).toEqual([undefined, undefined])
      })
  )

  it.effect("comes without the blanks around it, and a secret one is not printed", () =>
    Effect.gen(function* () {
      const [plain, secret] = yield* given(" \tsecret canary\r\n")(both)
      expect(plain).toBe("secret canary")
      expect(secret && Redacted.value(secret)).toBe("secret canary")
      expect(everythingShown(secret)).not.toContain("canary")
    })
  )
})

describe("transformClient", () => {
  it.effect("wraps the HttpClient, for what is not offered here", () =>
    Effect.gen(function* () {
      const seen = stub()
      const client = yield* Effect.provide(
        TmdbClient.make({
          accessToken,
          transformClient: HttpClient.mapRequest(HttpClientRequest.setHeader("user-agent", "mine"))
        }),
        seen.layer
      )
      yield* Effect.provideService(Authentication.validateKey(), TmdbClient.TmdbClient, client)
      expect(seen.sent[0]?.headers["user-agent"]).toBe("mine")
    })
  )

  it.effect("that filters statuses by itself still ends in a typed error", () =>
    Effect.gen(function* () {
      const seen = inTurn(refusal(401, 7))
      const client = yield* Effect.provide(
        TmdbClient.make({ accessToken, transformClient: HttpClient.filterStatusOk }),
        seen.layer
      )
      const error = yield* Effect.flip(
        Effect.provideService(Authentication.validateKey(), TmdbClient.TmdbClient, client)
      )
      expect(error).toMatchObject({ _tag: "UnexpectedResponse", reason: "httpStatus", httpStatus: 401 })
    })
  )
})
