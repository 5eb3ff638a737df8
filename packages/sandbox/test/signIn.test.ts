import { Redacted } from "effect"
import { describe, expect, it } from "vitest"
import { makeSandbox, type Sandbox } from "../src/index.js"
import { listen } from "../src/node.js"

const API = "https://api.themoviedb.org"

const client = (sandbox: Sandbox.Service, base = API, fetch: typeof globalThis.fetch = sandbox.fetch) => {
  const call = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${base}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${sandbox.accessToken}`,
        ...(body === undefined ? {} : { "content-type": "application/json" })
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    })
    return { status: response.status, headers: response.headers, body: await response.text() }
  }
  const requestToken = async () =>
    JSON.parse((await call("GET", "/3/authentication/token/new")).body).request_token
  return { call, requestToken }
}

describe("signing in", () => {
  it("gives a session once for a token that was approved", async () => {
    const sandbox = makeSandbox()
    const { call, requestToken } = client(sandbox)
    const token: string = await requestToken()
    sandbox.approve(Redacted.make(token))

    const first = await call("POST", "/3/authentication/session/new", { request_token: token })
    const second = await call("POST", "/3/authentication/session/new", { request_token: token })

    expect(first).toMatchObject({
      status: 200,
      body: expect.stringMatching(/^\{"success":true,"session_id":"[0-9a-f]{40}"\}$/)
    })
    expect(second).toMatchObject({
      status: 401,
      body: '{"success":false,"failure":true,"status_code":17,"status_message":"Session denied."}'
    })
  })

  it("can be done over a socket", async () => {
    const sandbox = await listen()
    const { call, requestToken } = client(sandbox, sandbox.apiUrl, fetch)
    const token = await requestToken()
    sandbox.approve(token)
    const { session_id } = JSON.parse(
      (await call("POST", "/3/authentication/session/new", { request_token: token })).body
    )
    const account = await call("GET", `/3/account?session_id=${session_id}`)
    expect(account.status).toBe(200)
    await sandbox.close()
  })
})
