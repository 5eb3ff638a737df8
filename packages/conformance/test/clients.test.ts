/**
 * Clients that none of us wrote sign in through the sandbox, as they do at TMDB:
 * each from its own published package, its code untouched.
 */
import { globalAgent } from "node:https"
import { createRequire } from "node:module"
import { connect } from "node:net"
import { TMDB } from "@lorenzopant/tmdb"
import { makeSandbox, type Sandbox } from "@tmdb-session/sandbox"
import { type Listening, listen } from "@tmdb-session/sandbox/node"
import { decide } from "@tmdb-session/testing/Person"
import { MovieDb } from "moviedb-promise"
import { TMDBNodeApi } from "tmdb-js-node"
import { afterEach, assert, describe, expect, it, onTestFinished, vi } from "vitest"

const options = { users: [{ username: "filmfan", name: "Film Fan" }] } satisfies Sandbox.Options

const onPort = async (): Promise<Listening> => {
  const sandbox = await listen(options)
  onTestFinished(() => sandbox.close())
  return sandbox
}

/** Someone opens the page that the token is for and allows it. */
const allow = (sandbox: Listening, requestToken: string) =>
  decide(`${sandbox.webUrl}/authenticate/${requestToken}`, "allow")

afterEach(() => {
  vi.unstubAllGlobals()
})

describe("moviedb-promise, on axios, pointed at another host", () => {
  it("signs in by v3 with an API key", async () => {
    const sandbox = await onPort()
    const client = new MovieDb(sandbox.apiKey, `${sandbox.apiUrl}/3/`)
    const { request_token } = await client.requestToken()
    assert(request_token)
    await expect(client.retrieveSession()).rejects.toMatchObject({
      response: { status: 401, data: { status_code: 17, failure: true } }
    })
    await allow(sandbox, request_token)
    expect(await client.retrieveSession()).toMatch(/^[0-9a-f]{40}$/)
    expect(await client.accountInfo()).toMatchObject({ username: "filmfan", name: "Film Fan" })
  })
})

describe("@lorenzopant/tmdb, which knows one host, over a fetch that is the sandbox's", () => {
  const start = () => {
    const sandbox = makeSandbox(options)
    vi.stubGlobal("fetch", sandbox.fetch)
    return sandbox
  }

  it.each(["accessToken", "apiKey"] as const)("signs in by v3 with the %s", async (credential) => {
    const sandbox = start()
    const client = new TMDB(sandbox[credential])
    const { request_token } = await client.authentication.create_request_token()
    await expect(client.authentication.create_session({ request_token })).rejects.toMatchObject({
      http_status_code: 401,
      tmdb_status_code: 17,
      message: "Session denied."
    })
    sandbox.approve(request_token)
    const { session_id } = await client.authentication.create_session({ request_token })
    const account = await client.account.details({ account_id: sandbox.users[0].id, session_id })
    expect(account.username).toBe("filmfan")
    expect(await client.authentication.delete_session({ session_id })).toEqual({ success: true })
  })

  it("signs in by v4, and out again", async () => {
    const sandbox = start()
    const { auth } = new TMDB(sandbox.accessToken).v4
    const { request_token } = await auth.create_request_token({ redirect_to: "https://app.example/" })
    await expect(auth.create_access_token({ request_token })).rejects.toMatchObject({ tmdb_status_code: 41 })
    sandbox.approve(request_token)
    const { access_token, account_id } = await auth.create_access_token({ request_token })
    expect(account_id).toBe(sandbox.users[0].accountId)
    expect(await auth.delete_access_token({ access_token })).toMatchObject({ success: true })
  })
})

describe("tmdb-js-node, on node:https, whose sockets lead to the sandbox", () => {
  it("signs in by v3, and by v4 to convert its token", async () => {
    const sandbox = await onPort()
    const { hostname, port } = new URL(sandbox.apiUrl)
    vi.spyOn(globalAgent, "createConnection").mockImplementation(() => connect(Number(port), hostname))
    onTestFinished(() => globalAgent.destroy())
    const client = new TMDBNodeApi({ accessToken: sandbox.accessToken })

    const { request_token } = await client.v3.authentication.createRequestToken()
    await expect(client.v3.authentication.createSession({ request_token })).rejects.toThrow("Session denied.")
    await allow(sandbox, request_token)
    const { session_id } = await client.v3.authentication.createSession({ request_token })
    expect(await client.v3.account.getDetails({ session_id })).toMatchObject({ username: "filmfan" })

    const pending = await client.v4.auth.createRequestToken({ redirect_to: "https://app.example/" })
    sandbox.approve(pending.request_token)
    const { access_token } = await client.v4.auth.createAccessToken({ request_token: pending.request_token })
    const converted = await client.v3.authentication.createSessionFromV4AccessToken({ access_token })
    expect(await client.v3.account.getDetails(converted)).toMatchObject({ username: "filmfan" })
  })
})

/** Its package has no types. */
interface CallbackClient {
  readonly token: { readonly request_token: string }
  readonly session_id: string
  readonly requestToken: (done: (error?: unknown) => void) => void
  readonly session: (done: (error?: unknown) => void) => void
  readonly accountInfo: (done: (error: unknown, account?: unknown) => void) => void
}

const moviedb: (apiKey: string, baseUrl: string) => CallbackClient = createRequire(import.meta.url)("moviedb")

const called = <A>(use: (done: (error?: unknown, value?: A) => void) => void) =>
  new Promise<A | undefined>((resolve, reject) =>
    use((error, value) => (error ? reject(error) : resolve(value)))
  )

describe("moviedb, of callbacks, on superagent", () => {
  it("signs in by v3 in the form that only old clients use", async () => {
    const sandbox = await onPort()
    const client = moviedb(sandbox.apiKey, `${sandbox.apiUrl}/3/`)
    await called((done) => client.requestToken(done))
    await expect(called((done) => client.session(done))).rejects.toMatchObject({ status: 401 })
    await allow(sandbox, client.token.request_token)
    await called((done) => client.session(done))
    expect(client.session_id).toMatch(/^[0-9a-f]{40}$/)
    expect(await called((done) => client.accountInfo(done))).toMatchObject({ username: "filmfan" })
    expect(sandbox.inspect().requests["GET /3/authentication/session/new"]).toBe(2)
  })
})
