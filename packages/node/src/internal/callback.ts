/**
 * The listener on loopback that a person's browser comes back to. It serves one
 * path, which cannot be guessed, once.
 */
import { randomBytes, timingSafeEqual } from "node:crypto"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as page from "./page.js"

/** A listener that is bound. */
export interface Callback {
  readonly redirectTo: string
  /** From now on, the callback of this request token counts; the first is reported. */
  readonly expect: (requestToken: string, report: (outcome: "approved" | "denied") => void) => void
}

const host = "127.0.0.1"

/** In milliseconds: what a browser on the same machine needs is far less. */
const requestTimeout = 5_000

/** In milliseconds: how long a page that is being sent may go on once the sign-in is over. */
const grace = 250

const answer = (response: ServerResponse, status: number, shown: page.Page): void => {
  response.writeHead(status, page.headers()).end(page.html(shown))
}

const refuse = (response: ServerResponse, status: number, headers: Record<string, string> = {}): void => {
  response.writeHead(status, { ...headers, connection: "close", "content-length": "0" }).end()
}

const equal = (left: string, right: string): boolean => {
  const [a, b] = [Buffer.from(left), Buffer.from(right)]
  return a.byteLength === b.byteLength && timingSafeEqual(a, b)
}

type Expected = { readonly requestToken: string; readonly report: (outcome: "approved" | "denied") => void }

/** Decides about one request. Nothing of it is stored, printed or sent back. */
const handler = (path: string) => {
  let expected: Expected | undefined
  const handle = (authority: string, request: IncomingMessage, response: ServerResponse): void => {
    // Another name for this address is how a page elsewhere would reach it.
    if (request.headers.host !== authority) return refuse(response, 403)
    if (request.method !== "GET") return refuse(response, 405, { allow: "GET" })
    const target = request.url ?? ""
    const mark = target.indexOf("?")
    if (!equal(mark === -1 ? target : target.slice(0, mark), path)) return refuse(response, 404)
    const query = new URLSearchParams(mark === -1 ? "" : target.slice(mark + 1))
    const current = expected
    // A token that is not the one issued belongs to another sign-in, and must not end this one.
    if (
      current === undefined ||
      !query.getAll("request_token").every((t) => equal(t, current.requestToken))
    ) {
      return answer(response, 410, "stale")
    }
    expected = undefined
    const outcome = query.get("denied") === "true" ? "denied" : "approved"
    answer(response, 200, outcome)
    current.report(outcome)
  }
  return { handle, expect: (next: Expected) => void (expected = next) }
}

const listen = (server: Server, port: number): Effect.Effect<number, NodeJS.ErrnoException> =>
  Effect.async((resume) => {
    server.once("error", (error) => resume(Effect.fail(error)))
    server.listen({ host, port, exclusive: true }, () =>
      resume(Effect.succeed((server.address() as AddressInfo).port))
    )
  })

/** A browser's spare connection, or a client that dawdles, would keep a plain `close` waiting. */
const close = (server: Server): Effect.Effect<void> =>
  Effect.sync(() => {
    server.close()
    server.closeIdleConnections()
    setTimeout(() => server.closeAllConnections(), grace).unref()
  })

/** Binds a port of 127.0.0.1, a free one for 0, for as long as the scope is open. */
export const bind = (port: number): Effect.Effect<Callback, NodeJS.ErrnoException, Scope.Scope> =>
  Effect.gen(function* () {
    const path = `/${randomBytes(24).toString("base64url")}`
    const { expect, handle } = handler(path)
    const server = yield* Effect.acquireRelease(
      Effect.sync(() =>
        createServer({
          maxHeaderSize: 16_384,
          headersTimeout: requestTimeout,
          requestTimeout,
          connectionsCheckingInterval: 1_000
        })
      ),
      close
    )
    server.maxConnections = 64
    const bound = yield* listen(server, port)
    const authority = `${host}:${bound}`
    server.on("request", (request, response) => handle(authority, request, response))
    return {
      redirectTo: `http://${authority}${path}`,
      expect: (requestToken, report) => expect({ requestToken, report })
    }
  })
