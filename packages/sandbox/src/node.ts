/**
 * The sandbox on a port.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { brotliCompressSync, constants, gzipSync } from "node:zlib"
import type { Answer } from "./internal/answer.js"
import type { Handler } from "./internal/handler.js"
import { makeWithHandler, type Options, type Service } from "./Sandbox.js"

/**
 * Options of a sandbox on a port, in addition to those of any sandbox.
 *
 * @since 0.1.0
 * @category options
 */
export interface ListenOptions extends Options {
  /** The port; 0 takes any free one. 0 unless given. */
  readonly port?: number
  /** The address to bind. With one that is not loopback, other machines can reach the sandbox. `127.0.0.1` unless given. */
  readonly host?: string
}

/**
 * A sandbox that listens.
 *
 * @since 0.1.0
 * @category models
 */
export interface Listening extends Service {
  /** The address of the API: `http://127.0.0.1:<port>`, unless the options give another. */
  readonly apiUrl: string
  /** The address of the site: the same, unless the options give another. */
  readonly webUrl: string
  /** Stops at once and closes open connections. It can be called more than once. */
  readonly close: () => Promise<void>
}

const LARGEST_BODY = 1024 * 1024

const accepts = (accepted: string, coding: string): boolean =>
  accepted.split(",").some((part) => {
    const [name, quality = "1"] = part
      .trim()
      .toLowerCase()
      .split(/\s*;\s*q=/)
    return name === coding && Number(quality) > 0
  })

const codingFor = (request: IncomingMessage): "br" | "gzip" | undefined => {
  const accepted = String(request.headers["accept-encoding"] ?? "")
  if (accepted === "") return undefined
  if (accepts(accepted, "br")) return "br"
  return accepts(accepted, "gzip") ? "gzip" : undefined
}

/** The bodies are small, so most of the cost is set-up: small windows and little memory keep it low. */
const compress = (coding: "br" | "gzip", body: string): Uint8Array =>
  coding === "br"
    ? brotliCompressSync(body, {
        params: { [constants.BROTLI_PARAM_QUALITY]: 1, [constants.BROTLI_PARAM_LGWIN]: 12 }
      })
    : gzipSync(body, { level: 1, windowBits: 12, memLevel: 4 })

const hasBody = (answer: Answer) => answer.status !== 204 && answer.status !== 304 && answer.body.length > 0

/** TMDB sends `Connection: keep-alive` and no `Keep-Alive` header. Setting the first keeps Node from adding the second. */
const headersOf = (answer: Answer, response: ServerResponse): Array<string> => {
  const list: Array<string> = []
  for (const [name, value] of answer.headers) list.push(name, value)
  if (response.shouldKeepAlive) list.push("Connection", "keep-alive")
  return list
}

const drip = (response: ServerResponse, body: Uint8Array, interval: number): void => {
  let at = 0
  const timer = setInterval(() => {
    if (at < body.length) response.write(body.subarray(at, ++at))
    else response.end()
  }, interval)
  response.once("close", () => clearInterval(timer))
}

const send = (request: IncomingMessage, response: ServerResponse, answer: Answer): void => {
  const headers = headersOf(answer, response)
  const { wire } = answer
  let body: string | Uint8Array = answer.body
  const coding =
    typeof body === "string" && hasBody(answer) && wire?.kind !== "truncated" ? codingFor(request) : undefined
  if (coding !== undefined && typeof body === "string") {
    body = compress(coding, body)
    headers.push("Content-Encoding", coding)
  }
  const start = () =>
    answer.statusText === undefined
      ? response.writeHead(answer.status, headers)
      : response.writeHead(answer.status, answer.statusText, headers)
  switch (wire?.kind) {
    case "truncated": {
      const bytes = Buffer.from(body)
      headers.push("Content-Length", String(bytes.length))
      start().write(bytes.subarray(0, wire.bytes), () => request.socket.destroy())
      return
    }
    case "dripping":
      start().flushHeaders()
      drip(response, Buffer.from(body), wire.interval)
      return
    case "delayed": {
      const timer = setTimeout(() => start().end(body), wire.delay)
      response.once("close", () => clearTimeout(timer))
      return
    }
    case "reset":
      request.socket.resetAndDestroy()
      return
    default:
      start().end(body)
  }
}

const serve = (handler: Handler) => (request: IncomingMessage, response: ServerResponse) => {
  response.sendDate = false
  const exchange = handler({
    method: request.method ?? "GET",
    url: request.url ?? "/",
    headers: request.headers
  })
  if (exchange.resets) {
    request.socket.resetAndDestroy()
    return
  }
  const chunks: Array<Uint8Array> = []
  let size = 0
  request.on("data", (chunk: Uint8Array) => {
    size += chunk.length
    if (size <= LARGEST_BODY) chunks.push(chunk)
  })
  request.on("end", () => {
    if (size > LARGEST_BODY) {
      response.writeHead(413, { connection: "close" }).end()
      return
    }
    send(request, response, exchange.answer(Buffer.concat(chunks)))
  })
}

/**
 * Makes a sandbox that listens on a loopback port.
 *
 * Rejects with Node's error if the port cannot be bound.
 *
 * @example
 * ```ts
 * import { listen } from "@tmdb-session/sandbox/node"
 *
 * const sandbox = await listen()
 * const answer = await fetch(`${sandbox.apiUrl}/3/authentication?api_key=${sandbox.apiKey}`)
 * await answer.json() // { success: true }
 * await sandbox.close()
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const listen = async (options: ListenOptions = {}): Promise<Listening> => {
  const host = options.host ?? "127.0.0.1"
  let handler: Handler | undefined
  const server = createServer((request, response) => {
    if (handler !== undefined) serve(handler)(request, response)
  })
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject)
    server.listen(options.port ?? 0, host, () => {
      server.off("error", reject)
      resolve()
    })
  })
  const { port } = server.address() as AddressInfo
  const origin = `http://${host.includes(":") ? `[${host}]` : host}:${port}`
  const made = makeWithHandler({ apiUrl: origin, webUrl: origin, ...options })
  handler = made.handler

  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })

  return { ...made.service, apiUrl: options.apiUrl ?? origin, webUrl: options.webUrl ?? origin, close }
}
