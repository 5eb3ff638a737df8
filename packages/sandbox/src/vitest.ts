/**
 * A vitest `test` that gives each case a sandbox of its own, with a user who is
 * signed in.
 */
import { test as base } from "vitest"
import { makeSandbox, type Options, type Service } from "./Sandbox.js"

/**
 * A signed-in user of the case's sandbox.
 *
 * @since 0.1.0
 * @category models
 */
export interface SignedIn {
  readonly sessionId: string
  /** The v3 API key to call with. */
  readonly apiKey: string
  /** The v4 read access token to call with. */
  readonly accessToken: string
  /** Calls a path of TMDB's API with the session and the access token, and returns the response unchanged. */
  readonly fetch: (path: string, init?: RequestInit) => Promise<Response>
}

/**
 * The fixtures of a case.
 *
 * @since 0.1.0
 * @category models
 */
export interface Fixtures {
  /** The options of the sandbox. Set them with `test.extend` or `test.override`. */
  readonly sandboxOptions: Options
  readonly sandbox: Service
  readonly tmdb: SignedIn
}

const signIn = (sandbox: Service): SignedIn => {
  const sessionId = sandbox.createSession()
  return {
    sessionId,
    apiKey: sandbox.apiKey,
    accessToken: sandbox.accessToken,
    fetch: (path, init) => {
      const url = new URL(path, "https://api.themoviedb.org")
      url.searchParams.set("session_id", sessionId)
      const headers = new Headers(init?.headers)
      headers.set("authorization", `Bearer ${sandbox.accessToken}`)
      return sandbox.fetch(url, { ...init, headers })
    }
  }
}

/**
 * vitest's `test` with a new sandbox and a signed-in user for each case.
 *
 * @example
 * ```ts
 * import { test } from "@tmdb-session/sandbox/vitest"
 * import { expect } from "vitest"
 *
 * test("shows who is signed in", async ({ tmdb }) => {
 *   const account = await (await tmdb.fetch("/3/account")).json()
 *   expect(account.username).toBe("sandbox")
 * })
 * ```
 *
 * @since 0.1.0
 * @category tests
 */
export const test = base.extend<Fixtures>({
  sandboxOptions: {},
  sandbox: async ({ sandboxOptions }, use) => {
    await use(makeSandbox(sandboxOptions))
  },
  tmdb: async ({ sandbox }, use) => {
    await use(signIn(sandbox))
  }
})
