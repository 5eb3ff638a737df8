/** Servers on loopback that count what reaches them, and clients that talk to them. */
import { once } from "node:events"
import { createServer as createHttpServer, type IncomingMessage, type RequestListener } from "node:http"
import { type AddressInfo, createServer, type Server, type Socket } from "node:net"
import type * as TmdbClient from "@tmdb-session/core/TmdbClient"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as HttpClientNode from "../src/HttpClientNode.js"
import { layer as clientLayer, type Options } from "../src/TmdbClientNode.js"

/** What has reached a server so far. */
export interface Seen {
  /** Connections that were ever made. */
  connections: number
  /** Those that are open now. */
  readonly open: Set<Socket>
  /** Everything that was sent, as it came. */
  bytes: string
}

export interface Served {
  readonly url: string
  readonly port: number
  readonly seen: Seen
  /** Waits until no connection is open. */
  readonly allClosed: Effect.Effect<void>
}

const bound = <S extends Server>(make: () => S): Effect.Effect<Served, never, Scope.Scope> =>
  Effect.gen(function* () {
    const server = make()
    const seen: Seen = { connections: 0, open: new Set(), bytes: "" }
    const waiting: Array<() => void> = []
    server.on("connection", (socket: Socket) => {
      seen.connections += 1
      seen.open.add(socket)
      socket.on("error", () => undefined)
      socket.once("close", () => {
        seen.open.delete(socket)
        if (seen.open.size === 0) for (const resume of waiting.splice(0)) resume()
      })
    })
    yield* Effect.acquireRelease(
      Effect.promise(() => once(server.listen(0, "127.0.0.1"), "listening")),
      () =>
        Effect.sync(() => {
          server.close()
          for (const socket of seen.open) socket.destroy()
        })
    )
    const { port } = server.address() as AddressInfo
    return {
      url: `http://127.0.0.1:${port}`,
      port,
      seen,
      allClosed: Effect.async<void>((resume) => {
        if (seen.open.size === 0) resume(Effect.void)
        else waiting.push(() => resume(Effect.void))
      })
    }
  })

/** Speaks HTTP as Node does. */
export const http = (listener: RequestListener): Effect.Effect<Served, never, Scope.Scope> =>
  bound(() => createHttpServer({ keepAliveTimeout: 60_000 }, listener) as unknown as Server)

/** Speaks whatever it is told to. */
export const tcp = (
  talk: (socket: Socket, seen: Seen) => void = () => undefined
): Effect.Effect<Served, never, Scope.Scope> =>
  Effect.suspend(() => {
    let served: Served | undefined
    return bound(() =>
      createServer((socket) => {
        socket.on("data", (bytes) => {
          if (served !== undefined) served.seen.bytes += bytes.toString("latin1")
        })
        if (served !== undefined) talk(socket, served.seen)
      })
    ).pipe(Effect.tap((made) => Effect.sync(() => (served = made))))
  })

/** A port that nothing listens on. */
export const closedPort: Effect.Effect<number> = Effect.scoped(Effect.map(tcp(), ({ port }) => port))

export const json = (value: unknown) => JSON.stringify(value)

/** What TMDB answers to `session/new`. */
export const sessionBody = json({ success: true, session_id: "79191836ddaa0da3df76a5ffef6f07ad6ab0c641" })

/** What it answers to a check of the key. */
export const validBody = json({ success: true, status_code: 1, status_message: "Success." })

export const answerOf = (request: IncomingMessage): string =>
  request.url?.endsWith("/session/new") === true ? sessionBody : validBody

/** Answers both as TMDB does. */
export const answering: RequestListener = (request, response) => {
  request.resume()
  request.once("end", () => response.setHeader("content-type", "application/json").end(answerOf(request)))
}

/** A listener that leaves the answer to the test, and tells of each request. */
export const held = Effect.gen(function* () {
  const asked = yield* Deferred.make<void>()
  const listener: RequestListener = () => Deferred.unsafeDone(asked, Effect.void)
  return { asked: Deferred.await(asked), listener }
})

export const accessToken = "eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOiJjYW5hcnkifQ.c2lnbmF0dXJl"

/** TMDB's client of a server, one request for each call unless told otherwise. */
export const client = (url: string, options: Options = {}): Layer.Layer<TmdbClient.TmdbClient> =>
  Layer.orDie(clientLayer({ accessToken, apiUrl: url, webUrl: url, retry: false, ...options }))

/** The client's own connections, for as long as the test lasts. */
export const httpClient = Effect.orDie(HttpClientNode.make)

/** Sets variables of this process for as long as the test lasts; undefined removes one. */
export const environment = (
  variables: Readonly<Record<string, string | undefined>>
): Effect.Effect<void, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const before = Object.fromEntries(Object.keys(variables).map((name) => [name, process.env[name]]))
      setVariables(variables)
      return before
    }),
    (before) => Effect.sync(() => setVariables(before))
  ).pipe(Effect.asVoid)

const setVariables = (variables: Readonly<Record<string, string | undefined>>): void => {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
}
