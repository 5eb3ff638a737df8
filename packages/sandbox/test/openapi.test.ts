/**
 * The OpenAPI document, held against what the handler really does.
 */
import { Validator } from "@seriousme/openapi-schema-validator"
import { Ajv2020 } from "ajv/dist/2020.js"
import { describe, expect, it } from "vitest"
import { makeSandbox, type Sandbox } from "../src/index.js"
import { API, clientOf } from "./client.js"

interface Operation {
  readonly operationId?: string
  readonly tags: ReadonlyArray<string>
  readonly security: ReadonlyArray<Record<string, unknown>>
  readonly parameters?: ReadonlyArray<{
    readonly name: string
    readonly in: string
    readonly required: boolean
  }>
  readonly requestBody?: { readonly required?: boolean }
  readonly responses: Record<string, { readonly content?: Record<string, { readonly schema: object }> }>
}

interface OpenApiDocument {
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: { readonly schemas: { readonly Status: object } }
}

const documentOf = async (sandbox: Sandbox.Service): Promise<OpenApiDocument> =>
  (await sandbox.fetch(`${API}/openapi.json`)).json() as Promise<OpenApiDocument>

const document = await documentOf(makeSandbox())

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation }))
)
const api = operations.filter(({ operation }) => operation.operationId !== undefined)

/** Someone signed in by v3, by v4 and as a guest, with something rated and collected. */
const arrange = async () => {
  const sandbox = makeSandbox({ users: [{ username: "ada", password: "lovelace" }] })
  const { call, exchangeV4, requestToken, requestTokenV4 } = clientOf(sandbox)
  const approvedV4 = async () => {
    const token = await requestTokenV4()
    sandbox.approve(token)
    return token
  }
  const approved = await requestToken()
  sandbox.approve(approved)
  const { access_token, account_id } = (await exchangeV4(await approvedV4())).json()
  const session_id = sandbox.createSession()
  const { guest_session_id } = (await call("GET", "/3/authentication/guest_session/new")).json()
  const items = [{ media_type: "movie", media_id: 550 }]
  const list = (await call("POST", "/4/list", { bearer: access_token, body: { name: "Late nights" } })).json()
    .id
  await call("POST", `/4/list/${list}/items`, { bearer: access_token, body: { items } })
  for (const title of ["movie/550", "tv/1396", "tv/1396/season/1/episode/1"]) {
    for (const who of [`session_id=${session_id}`, `guest_session_id=${guest_session_id}`]) {
      await call("POST", `/3/${title}/rating?${who}`, { body: { value: 8.5 } })
    }
  }
  for (const flag of ["favorite", "watchlist"]) {
    for (const [media_type, media_id] of [
      ["movie", 550],
      ["tv", 1396]
    ]) {
      await call("POST", `/3/account/1/${flag}?session_id=${session_id}`, {
        body: { media_type, media_id, [flag]: true }
      })
    }
  }
  const path: Record<string, string> = {
    account_id: "1",
    account_object_id: account_id,
    guest_session_id,
    movie_id: "550",
    series_id: "1396",
    season_number: "1",
    episode_number: "1",
    list_id: String(list)
  }
  const login = { username: "ada", password: "lovelace", request_token: await requestToken() }
  const query: Record<string, string> = {
    session_id,
    request_token: approved,
    query: "turnstile",
    media_type: "movie",
    media_id: "550"
  }
  const bodies: Record<string, unknown> = {
    "authentication-create-session": { request_token: approved },
    "authentication-create-session-from-login": login,
    "authentication-create-session-from-v4-token": { access_token },
    "authentication-delete-session": { session_id },
    "auth-create-request-token": { redirect_to: "https://app.example/" },
    "auth-create-access-token": { request_token: await approvedV4() },
    "auth-delete-access-token": { access_token },
    "account-add-favorite": { media_type: "movie", media_id: 551, favorite: true },
    "account-add-watchlist": { media_type: "movie", media_id: 551, watchlist: true },
    "movie-add-rating": { value: 7 },
    "tv-series-add-rating": { value: 7 },
    "tv-episode-add-rating": { value: 7 },
    "list-create": { name: "Early mornings" },
    "list-update": { name: "Later nights" },
    "list-add-items": { items },
    "list-remove-items": { items }
  }
  const perform = (method: string, template: string, operation: Operation) => {
    const filled = template.replace(/\{(\w+)\}/g, (_, name: string) => path[name] ?? name)
    const search = new URLSearchParams()
    for (const parameter of operation.parameters ?? []) {
      const value = { ...query, ...(operation.operationId?.endsWith("login-by-query") ? login : {}) }[
        parameter.name
      ]
      if (parameter.in === "query" && value !== undefined) search.set(parameter.name, value)
    }
    const id = operation.operationId ?? ""
    const bearer =
      operation.tags.includes("v4") && !id.startsWith("auth-") ? access_token : sandbox.accessToken
    return call(method, `${filled}?${search}`, { bearer, body: bodies[id] })
  }
  return { sandbox, call, perform }
}

const ajv = new Ajv2020({ strict: false })
ajv.addSchema({ $id: "https://sandbox.example/openapi.json", ...document })

const expectDescribed = (operation: Operation, status: number, body: unknown) => {
  const described = operation.responses[status]?.content?.["application/json"]?.schema
  expect(described, `${operation.operationId} does not describe ${status}`).toBeDefined()
  const reference = described !== undefined && "$ref" in described
  const validate = ajv.compile(reference ? document.components.schemas.Status : (described ?? {}))
  expect(validate(body), `${operation.operationId}: ${ajv.errorsText(validate.errors)}`).toBe(true)
}

describe("/openapi.json", () => {
  it("is valid OpenAPI 3.1", async () => {
    const validator = new Validator()
    const verdict = await validator.validate({ ...structuredClone(document) })
    expect(verdict.errors ?? []).toEqual([])
    expect(verdict.valid).toBe(true)
    expect(validator.version).toBe("3.1")
  })

  it("names every operation once", () => {
    const names = api.map(({ operation }) => operation.operationId)
    expect(new Set(names).size).toBe(names.length)
  })

  it.each(api)("describes what $operation.operationId answers", async ({ method, operation, path }) => {
    const { perform } = await arrange()
    const answered = await perform(method, path, operation)
    expect([200, 201]).toContain(answered.status)
    expectDescribed(operation, answered.status, answered.json())
  })

  it.each(api)("describes how $operation.operationId fails", async ({ method, operation, path }) => {
    const { call } = await arrange()
    const filled = path.replace(/\{\w+\}/g, "nothing")
    const bodies = method === "GET" ? [{}] : [{}, { body: {} }, { body: "{" }]
    for (const given of bodies.flatMap((body) => [body, { ...body, bearer: null }])) {
      const answered = await call(method, filled, given)
      expectDescribed(operation, answered.status, answered.json())
    }
  })

  it.each(api)("says which credential $operation.operationId takes", async ({ method, operation, path }) => {
    const { call, sandbox } = await arrange()
    const filled = `${path.replace(/\{\w+\}/g, "nothing")}?api_key=${sandbox.apiKey}`
    const answered = await call(method, filled, { bearer: null, body: operation.requestBody && {} })
    const taken = operation.security.some((way) => "apiKey" in way)
    expect(answered.json().status_code === 7).toBe(!taken)
  })

  it("describes the site and the control as they are", async () => {
    const { sandbox } = await arrange()
    const others = operations.filter(({ operation }) => operation.operationId === undefined)
    expect(others.length).toBeGreaterThan(10)
    for (const { method, operation, path } of others) {
      const url = `http://127.0.0.1${path.replace(/\{\w+\}/g, "nothing")}`
      const { status } = await sandbox.fetch(url, { method, redirect: "manual" })
      const described = status in operation.responses || "default" in operation.responses
      expect(described, `${method} ${path} does not describe ${status}`).toBe(true)
    }
  })

  it("leaves nothing out: what it does not name is not found", async () => {
    const { call } = await arrange()
    for (const method of ["GET", "POST", "PUT", "DELETE"]) {
      for (const { path } of api) {
        if (document.paths[path]?.[method.toLowerCase()] !== undefined) continue
        const answered = await call(
          method,
          path.replace(/\{\w+\}/g, "550"),
          method === "GET" ? {} : { body: {} }
        )
        expect(answered.json().status_code, `${method} ${path}`).toBe(34)
      }
    }
  })
})
