import type { Sandbox } from "../src/index.js"

export const API = "https://api.themoviedb.org"
export const WEB = "https://www.themoviedb.org"

export interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly body: string
  // biome-ignore lint/suspicious/noExplicitAny: the tests look into bodies of every shape
  readonly json: () => any
}

interface Call {
  readonly body?: unknown
  /** A bearer token; the sandbox's read access token unless given, none if null. */
  readonly bearer?: string | null
  readonly headers?: Record<string, string>
}

/** The calls a test makes over and over, by the given fetch. */
export const clientOf = (
  sandbox: Sandbox.Service,
  { base = API, fetch = sandbox.fetch }: { base?: string; fetch?: typeof globalThis.fetch } = {}
) => {
  const call = async (method: string, path: string, { bearer = sandbox.accessToken, ...rest }: Call = {}) => {
    const headers: Record<string, string> = { ...rest.headers }
    if (bearer !== null) headers["authorization"] ??= `Bearer ${bearer}`
    if (rest.body !== undefined) headers["content-type"] ??= "application/json"
    const body = typeof rest.body === "string" ? rest.body : JSON.stringify(rest.body)
    const response = await fetch(`${base}${path}`, {
      method,
      headers,
      redirect: "manual",
      ...(rest.body === undefined ? {} : { body })
    })
    const text = await response.text()
    const answered: Answered = {
      status: response.status,
      headers: response.headers,
      body: text,
      json: () => JSON.parse(text)
    }
    return answered
  }
  const requestToken = async (): Promise<string> =>
    (await call("GET", "/3/authentication/token/new")).json().request_token
  const exchange = (request_token: string) =>
    call("POST", "/3/authentication/session/new", { body: { request_token } })
  const requestTokenV4 = async (redirect_to?: string): Promise<string> =>
    (await call("POST", "/4/auth/request_token", { body: { redirect_to } })).json().request_token
  const exchangeV4 = (request_token: string) =>
    call("POST", "/4/auth/access_token", { body: { request_token } })
  return { call, requestToken, exchange, requestTokenV4, exchangeV4 }
}

export const SESSION_DENIED =
  '{"success":false,"failure":true,"status_code":17,"status_message":"Session denied."}'
