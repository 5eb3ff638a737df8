/**
 * The handler as a `fetch`. It treats redirects, aborts and broken connections
 * as the platform's own `fetch` does.
 */
import type { Answer } from "./answer.js"
import type { Handler } from "./handler.js"

interface Outgoing {
  readonly method: string
  readonly url: URL
  readonly headers: { [name: string]: string }
  readonly body: Uint8Array | string
  readonly redirect: RequestRedirect
  readonly signal: AbortSignal | null | undefined
}

const MOST_REDIRECTS = 20

const networkError = (message: string, code: string): TypeError =>
  new TypeError(message, { cause: Object.assign(new Error(`read ${code}`), { code }) })

const connectionReset = () => networkError("fetch failed", "ECONNRESET")

const headersOf = (init: HeadersInit | undefined): { [name: string]: string } => {
  if (init === undefined) return {}
  const headers: { [name: string]: string } = {}
  new Headers(init).forEach((value, name) => {
    headers[name] = value
  })
  return headers
}

/** A plain body is passed on as it is. Everything else is read through the platform's `Request`. */
const outgoing = async (input: RequestInfo | URL, init: RequestInit | undefined): Promise<Outgoing> => {
  const body = init?.body
  const plain = body === undefined || body === null || typeof body === "string" || body instanceof Uint8Array
  const signal = init?.signal
  const redirect = init?.redirect ?? "follow"
  if (plain && (typeof input === "string" || input instanceof URL)) {
    const headers = headersOf(init?.headers)
    if (typeof body === "string") headers["content-type"] ??= "text/plain;charset=UTF-8"
    const method = init?.method?.toUpperCase() ?? "GET"
    if ((method === "GET" || method === "HEAD") && body) {
      throw new TypeError("Request with GET/HEAD method cannot have body.")
    }
    return { method, url: new URL(input), headers, body: body ?? "", redirect, signal }
  }
  const request = new Request(input, init)
  return {
    method: request.method,
    url: new URL(request.url),
    headers: headersOf(request.headers),
    body: request.body === null ? "" : new Uint8Array(await request.arrayBuffer()),
    redirect: request.redirect,
    signal: request.signal
  }
}

/** Resolves after this much real time, or rejects with the signal's reason. */
const wait = (milliseconds: number, signal: AbortSignal | null | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort)
      resolve()
    }, milliseconds)
    signal?.addEventListener("abort", abort, { once: true })
  })

const asBytes = (body: string | Uint8Array): Uint8Array =>
  typeof body === "string" ? new TextEncoder().encode(body) : body

const truncatedStream = (bytes: Uint8Array): ReadableStream<Uint8Array> => {
  let sent = false
  return new ReadableStream({
    pull: (controller) => {
      if (sent || bytes.length === 0) {
        controller.error(networkError("terminated", "UND_ERR_SOCKET"))
        return
      }
      sent = true
      controller.enqueue(bytes)
    }
  })
}

const drippingStream = (
  bytes: Uint8Array,
  interval: number,
  signal: AbortSignal | null | undefined
): ReadableStream<Uint8Array> => {
  const cancelled = new AbortController()
  const stop = signal ? AbortSignal.any([signal, cancelled.signal]) : cancelled.signal
  let at = 0
  return new ReadableStream({
    pull: async (controller) => {
      if (at === bytes.length) {
        controller.close()
        return
      }
      try {
        await wait(interval, stop)
        controller.enqueue(bytes.slice(at, ++at))
      } catch (reason) {
        if (!cancelled.signal.aborted) controller.error(reason)
      }
    },
    cancel: () => cancelled.abort()
  })
}

const bodyOf = (answer: Answer, outgoing: Outgoing): BodyInit | null => {
  if (outgoing.method === "HEAD" || answer.status === 204) return null
  switch (answer.wire?.kind) {
    case "truncated":
      return truncatedStream(asBytes(answer.body).subarray(0, answer.wire.bytes))
    case "dripping":
      return drippingStream(asBytes(answer.body), answer.wire.interval, outgoing.signal)
    default:
      return answer.body as BodyInit
  }
}

const respond = (answer: Answer, outgoing: Outgoing, redirected: boolean): Response => {
  const response = new Response(bodyOf(answer, outgoing), {
    status: answer.status,
    statusText: answer.statusText ?? "",
    headers: answer.headers as Array<[string, string]>
  })
  Object.defineProperties(response, {
    url: { value: outgoing.url.href },
    redirected: { value: redirected }
  })
  return response
}

/** A POST that is redirected by 301, 302 or 303 becomes a GET, as in the fetch standard. Here a PUT or DELETE does, too. */
const follow = (from: Outgoing, status: number, location: string): Outgoing => {
  const url = new URL(location, from.url)
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new TypeError("fetch failed", { cause: new Error("URL scheme must be a HTTP(S) scheme") })
  }
  const keeps = status === 307 || status === 308 || from.method === "HEAD" || from.method === "GET"
  const headers = { ...from.headers }
  if (url.origin !== from.url.origin) delete headers["authorization"]
  if (keeps) return { ...from, url, headers }
  delete headers["content-type"]
  return { ...from, url, headers, method: "GET", body: "" }
}

export const makeFetch =
  (handler: Handler): typeof globalThis.fetch =>
  async (input, init) => {
    let request = await outgoing(input as RequestInfo | URL, init)
    for (let redirects = 0; ; redirects++) {
      request.signal?.throwIfAborted()
      const headers = { host: request.url.host, ...request.headers }
      const exchange = handler({ method: request.method, url: request.url.href, headers })
      if (exchange.resets) throw connectionReset()
      const answer = exchange.answer(request.body)
      if (answer.wire?.kind === "reset") throw connectionReset()
      if (answer.wire?.kind === "delayed") await wait(answer.wire.delay, request.signal)
      const location = answer.headers.find(([name]) => name === "Location")?.[1]
      if (location === undefined || request.redirect === "manual")
        return respond(answer, request, redirects > 0)
      if (request.redirect === "error" || redirects === MOST_REDIRECTS) {
        throw new TypeError("fetch failed", { cause: new Error("unexpected redirect") })
      }
      request = follow(request, answer.status, location)
    }
  }
