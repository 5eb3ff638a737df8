/**
 * From a request to an answer, without a socket and without a wait: the edge's
 * path rules, the fault that strikes, the key, the row, and the headers.
 */
import type { Called, FaultSource } from "../Faults.js"
import { type Answer, type Edge, failure, gatewayFailure, type HeaderList, type Reply } from "./answer.js"
import { expiryTime, type SandboxClock } from "./clock.js"
import type { Control } from "./control.js"
import type { Call, Payload, Route } from "./route.js"
import { makeRouter } from "./router.js"
import { routes } from "./routes.js"
import { notFoundPage, type SiteRoute, siteRoutes, type Visit } from "./site.js"
import type { Decided, Key, RequestToken, State, User } from "./state.js"
import { insteadOf, spoil } from "./trouble.js"
import type { Unknowns } from "./unknowns.js"

export interface RequestHead {
  readonly method: string
  /** Absolute, or a path with its query. */
  readonly url: string
  /** By lower-case name. */
  readonly headers: { readonly [name: string]: string | ReadonlyArray<string> | undefined }
}

/** A request whose body has not been read yet. */
export interface Exchange {
  /** The connection is to be cut before the body is read. */
  readonly resets: boolean
  readonly answer: (body: Uint8Array | string) => Answer
}

export type Handler = (head: RequestHead) => Exchange

export interface Parts {
  readonly state: State
  readonly clock: SandboxClock
  readonly edge: Edge
  readonly faults: FaultSource
  readonly control: Control
  readonly unknowns: Unknowns
  readonly approvesOnOpening: boolean
  readonly apiUrl: string
  readonly webUrl: string
  readonly count: (called: Called) => void
  readonly decide: (token: RequestToken, user: User | undefined, called: Called) => Decided
  readonly openApi: () => string
}

const decoder = new TextDecoder()

/**
 * TMDB's edge decodes a path once and then resolves its dots, so that an
 * encoded slash in a parameter reaches another route.
 */
const edgePath = (pathname: string): string => {
  if (!pathname.includes("%")) return pathname
  let decoded: string
  try {
    decoded = decodeURIComponent(pathname)
  } catch {
    return pathname
  }
  const resolved: Array<string> = []
  for (const segment of decoded.split("/")) {
    if (segment === "..") resolved.pop()
    else if (segment !== ".") resolved.push(segment)
  }
  return resolved[0] === "" ? resolved.join("/") : `/${resolved.join("/")}`
}

const parseUrl = (url: string): URL | undefined => {
  const absolute = url.startsWith("/") ? `http://sandbox${url}` : url
  return URL.canParse(absolute) ? new URL(absolute) : undefined
}

export const header = (head: RequestHead, name: string): string | undefined => {
  const value = head.headers[name]
  return typeof value === "string" ? value : value?.[0]
}

const parsePayload = (head: RequestHead, body: Uint8Array | string): Payload | undefined => {
  if (header(head, "content-type")?.toLowerCase().includes("application/json") !== true) return undefined
  try {
    const value: unknown = JSON.parse(asText(body))
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Payload)
      : undefined
  } catch {
    return undefined
  }
}

const asText = (body: Uint8Array | string): string => (typeof body === "string" ? body : decoder.decode(body))

/** Since late 2022 TMDB sends these only to whoever sends an `Origin`. */
const crossOrigin: HeaderList = [
  ["Access-Control-Allow-Origin", "*"],
  ["Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, DELETE, OPTIONS"],
  [
    "Access-Control-Expose-Headers",
    "ETag, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Retry-After, Content-Length, Content-Range"
  ]
]

/** No preflight of TMDB's was recorded: what its browser clients need, and no more. */
const preflight: HeaderList = [
  ...crossOrigin,
  ["Access-Control-Allow-Headers", "Accept, Accept-Language, Authorization, Content-Type, If-None-Match"],
  ["Access-Control-Max-Age", "86400"]
]

export const makeHandler = (parts: Parts): Handler => {
  const { clock, edge, faults, state, unknowns } = parts
  const apiRouter = makeRouter<Route>(routes)
  const siteRouter = makeRouter<SiteRoute>(siteRoutes)

  /** The credential comes before everything else, even before the path. */
  const keyOf = (
    head: RequestHead,
    query: URLSearchParams
  ): { key: Key | undefined; bearer: string | undefined } => {
    const bearer = /^bearer\s+(\S+)\s*$/i.exec(header(head, "authorization") ?? "")?.[1]
    if (bearer !== undefined) return { key: state.keyOfBearer(bearer), bearer }
    return { key: state.keyOf(query.get("api_key") ?? ""), bearer }
  }

  const callApi = (
    head: RequestHead,
    url: URL,
    path: string,
    method: string,
    body: Uint8Array | string,
    skew: number
  ): Reply => {
    const { bearer, key } = keyOf(head, url.searchParams)
    if (key === undefined) return gatewayFailure(7)
    if (key.suspended) return gatewayFailure(10)
    const found = apiRouter.find(method, path)
    if (found === undefined) {
      return failure(apiRouter.methods(path).length === 0 ? 34 : unknowns.wrongMethod)
    }
    if (found.row.credential === "bearer" && bearer === undefined) return gatewayFailure(7)
    const call: Call = {
      state,
      unknowns,
      key,
      bearer,
      parameters: found.parameters,
      query: url.searchParams,
      payload: () => parsePayload(head, body),
      now: clock.now(),
      written: (milliseconds) => expiryTime(milliseconds + skew),
      apiUrl: parts.apiUrl,
      webUrl: parts.webUrl
    }
    return found.row.run(call)
  }

  const visitSite = (
    row: SiteRoute,
    called: Called,
    visit: Pick<Visit, "parameters" | "query" | "form">
  ): Answer =>
    row.run({
      ...visit,
      state,
      decide: (token, user) => parts.decide(token, user, called),
      approvesOnOpening: parts.approvesOnOpening,
      redirectQueryV4: unknowns.redirectQueryV4,
      apiUrl: parts.apiUrl
    })

  const withCors = (head: RequestHead, answer: Answer): Answer =>
    header(head, "origin") === undefined
      ? answer
      : { ...answer, headers: [...answer.headers, ...crossOrigin] }

  return (head) => {
    const url = parseUrl(head.url)
    if (url === undefined) return { resets: false, answer: () => edge.dress(failure(5), clock.now()) }
    const path = edgePath(url.pathname)
    const method = head.method === "HEAD" ? "GET" : head.method
    if (path.startsWith("/__sandbox/")) {
      return { resets: false, answer: (body) => parts.control(head, path, asText(body)) }
    }
    if (path === "/openapi.json" && method === "GET") {
      return {
        resets: false,
        answer: () => ({
          status: 200,
          headers: [
            ["Content-Type", "application/json"],
            ["Access-Control-Allow-Origin", "*"]
          ],
          body: parts.openApi()
        })
      }
    }

    const isApi = path.startsWith("/3/") || path.startsWith("/4/")
    if (isApi && method === "OPTIONS") {
      return {
        resets: false,
        answer: () => ({
          status: 204,
          headers: [
            ["Server", "openresty"],
            ...preflight,
            ["Vary", "Origin"],
            ...edge.headers("Miss from cloudfront", clock.now())
          ],
          body: ""
        })
      }
    }

    const site = isApi ? undefined : siteRouter.find(method, path)
    const row = isApi ? apiRouter.find(method, path)?.row : site?.row
    const called: Called = {
      method,
      path: row?.path ?? "(elsewhere)",
      operationId: row !== undefined && "operationId" in row ? row.operationId : undefined
    }
    parts.count(called)
    const fault = faults.strike(called)

    return {
      resets: fault?.fault === "resetBeforeRead",
      answer: (body) => {
        const now = clock.now()
        const struck = fault && insteadOf(fault, edge, now)
        if (struck !== undefined) return isApi ? withCors(head, struck) : struck
        const skew = fault?.fault === "skewedClock" ? fault.by : 0
        const answer = isApi
          ? withCors(head, edge.dress(callApi(head, url, path, method, body, skew), now + skew))
          : site === undefined
            ? notFoundPage()
            : visitSite(site.row, called, {
                parameters: site.parameters,
                query: url.searchParams,
                form: () => new URLSearchParams(asText(body))
              })
        return fault === undefined ? answer : spoil(fault, answer)
      }
    }
  }
}
