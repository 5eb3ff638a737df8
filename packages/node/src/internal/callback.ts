/**
 * The listener on loopback that receives the callback of a person's browser. It has
 * one path, which cannot be guessed, and accepts one callback.
 */
import { randomBytes, timingSafeEqual } from "node:crypto"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import * as Callback from "@tmdb-session/core/Callback"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as page from "./page.js"

/** A listener that is bound. */
export interface Listener {
  readonly redirectTo: string
  /** Waits for the callback of this request token, and reports the first one. */
  readonly expect: (requestToken: string, report: (outcome: "approved" | "denied") => void) => void
}

const host = "127.0.0.1"

/** In milliseconds. A browser on the same machine needs far less. */
const requestTimeout = 5_000

/** How long a page may still be sent after the sign-in has ended, in milliseconds. */
const grace = 250

const answer = (response: ServerResponse, shown: page.Page): void => {
  response.writeHead(shown === "stale" ? 410 : 200, page.headers()).end(page.html(shown))
}

const refuse = (response: ServerResponse, status: number, headers: Record<string, string> = {}): void => {
  response.writeHead(status, { ...headers, connection: "close", "content-length": "0" }).end()
}

const equal = (left: string, right: string): boolean => {
  const [a, b] = [Buffer.from(left), Buffer.from(right)]
  return a.byteLength === b.byteLength && timingSafeEqual(a, b)
}

type Expected = { readonly requestToken: string; readonly report: (outcome: "approved" | "denied") => void }

/** Handles requests. It does not store, print or send back any part of them. */
const handler = (path: string) => {
  let expected: Expected | undefined
  /** A second callback changes nothing, whatever it says. */
  const settle = (query: URLSearchParams): page.Page => {
    const current = expected
    if (current === undefined) return "stale"
    // The callback of another sign-in must not end this one.
    if (!Callback.isFor(query, current.requestToken)) return "stale"
    expected = undefined
    const outcome = Callback.outcome(query)
    current.report(outcome)
    return outcome
  }
  const handle = (authority: string, request: IncomingMessage, response: ServerResponse): void => {
    const [given = "", ...rest] = (request.url ?? "").split("?")
    // A page elsewhere could reach this address under another host name (DNS rebinding).
    if (request.headers.host !== authority) refuse(response, 403)
    else if (request.method !== "GET") refuse(response, 405, { allow: "GET" })
    else if (!equal(given, path)) refuse(response, 404)
    else answer(response, settle(new URLSearchParams(rest.join("?"))))
  }
  const expect = (next: Expected): void => {
    expected = next
  }
  return { handle, expect }
}

const listen = (server: Server, port: number): Effect.Effect<number, NodeJS.ErrnoException> =>
  Effect.async((resume) => {
    const fail = (error: NodeJS.ErrnoException) => resume(Effect.fail(error))
    server.once("error", fail)
    try {
      server.listen({ host, port, exclusive: true }, () =>
        resume(Effect.succeed((server.address() as AddressInfo).port))
      )
    } catch (error) {
      // For an invalid port, Node throws instead of emitting an error.
      fail(error as NodeJS.ErrnoException)
    }
  })

/** `close` alone would wait for a browser's spare connection, or for a slow client. */
const close = (server: Server): Effect.Effect<void> =>
  Effect.sync(() => {
    server.close()
    server.closeIdleConnections()
    setTimeout(() => server.closeAllConnections(), grace).unref()
  })

/** Binds a port of 127.0.0.1 until the scope ends. The port 0 stands for a free one. */
export const bind = (port: number): Effect.Effect<Listener, NodeJS.ErrnoException, Scope.Scope> =>
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
