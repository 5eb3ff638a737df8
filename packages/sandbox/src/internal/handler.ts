/**
 * Turns a request into an answer, without a socket and without waiting: it finds
 * the fault that strikes, checks the key, runs the route and adds the headers.
 */
import type { FaultSource } from "../Faults.js"
import type { Unknowns } from "../Unknowns.js"
import type { User } from "../User.js"
import { type Answer, type Edge, failure, invalidKey, type Reply, suspendedKey } from "./answer.js"
import { expiryTime, type SandboxClock } from "./clock.js"
import type { Control } from "./control.js"
import { preflight, readableTo } from "./crossOrigin.js"
import { type Endpoint, elsewhere } from "./endpoint.js"
import {
  bodyText,
  edgePath,
  header,
  jsonObject,
  parseUrl,
  type RequestBody,
  type RequestHead
} from "./request.js"
import type { Route } from "./route.js"
import { type Found, makeRouter } from "./router.js"
import { routes } from "./routes.js"
import { notFoundPage, type SiteRoute, siteRoutes } from "./site.js"
import type { Decided, RequestToken, State } from "./state.js"
import { insteadOf, spoil } from "./trouble.js"

/** A request whose body has not been read yet. */
export interface Exchange {
  /** Whether the connection is reset before the body is read. */
  readonly resets: boolean
  readonly answer: (body: RequestBody) => Answer
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
  readonly count: (endpoint: Endpoint) => void
  readonly decide: (token: RequestToken, user: User | undefined, endpoint: Endpoint) => Decided
  readonly openApi: () => string
}

/** Whether a browser asks for a page that the site does not have. */
const isLostPerson = (head: RequestHead, path: string): boolean =>
  !/^\/[34](\/|$)/.test(path) && header(head, "accept")?.includes("text/html") === true

const always = (answer: (body: RequestBody) => Answer): Exchange => ({ resets: false, answer })

export const makeHandler = (parts: Parts): Handler => {
  const { clock, edge, faults, state, unknowns } = parts
  const apiRouter = makeRouter<Route>(routes)
  const siteRouter = makeRouter<SiteRoute>(siteRoutes)

  /** A bearer token takes precedence over an `api_key`. A v3 key is not accepted as a bearer token. */
  const credentialOf = (head: RequestHead, query: URLSearchParams) => {
    const bearer = /^bearer\s+(\S+)\s*$/i.exec(header(head, "authorization") ?? "")?.[1]
    const key = bearer === undefined ? state.keyOf(query.get("api_key") ?? "") : state.keyOfBearer(bearer)
    return { key, bearer }
  }

  /** The credential is checked before everything else, even before the path. */
  const callApi = (
    head: RequestHead,
    url: URL,
    found: Found<Route> | undefined,
    path: string,
    body: RequestBody,
    skew: number
  ): Reply => {
    const { bearer, key } = credentialOf(head, url.searchParams)
    if (key === undefined) return invalidKey()
    if (key.suspended) return suspendedKey(unknowns.suspendedKeyBody)
    if (found === undefined) return failure(apiRouter.methods(path).length === 0 ? 34 : unknowns.wrongMethod)
    if (found.row.credential === "bearer" && bearer === undefined) return invalidKey()
    return found.row.run({
      state,
      unknowns,
      key,
      bearer,
      parameters: found.parameters,
      query: url.searchParams,
      payload: () => jsonObject(head, body),
      now: clock.now(),
      written: (milliseconds) => expiryTime(milliseconds + skew),
      webUrl: parts.webUrl
    })
  }

  /** Every call is counted, and a fault may strike it, whichever route answers. */
  const exchange = (endpoint: Endpoint, respond: (body: RequestBody, skew: number) => Answer): Exchange => {
    parts.count(endpoint)
    const fault = faults.strike(endpoint)
    if (fault === undefined) return always((body) => respond(body, 0))
    return {
      resets: fault.fault === "resetBeforeRead",
      answer: (body) =>
        insteadOf(fault, edge, unknowns, clock.now()) ??
        spoil(fault, respond(body, fault.fault === "skewedClock" ? fault.by : 0))
    }
  }

  const api = (head: RequestHead, url: URL, path: string, method: string): Exchange => {
    if (method === "OPTIONS") {
      const headers = [...preflight, ...edge.headers("Miss from cloudfront", clock.now())]
      return always(() => ({ status: 204, headers, body: "" }))
    }
    const found = apiRouter.find(method, path)
    const plain = exchange(found?.row ?? elsewhere(method), (body, skew) =>
      edge.dress(callApi(head, url, found, path, body, skew), clock.now() + skew)
    )
    return { ...plain, answer: (body) => readableTo(head, plain.answer(body)) }
  }

  const site = (url: URL, found: Found<SiteRoute>): Exchange =>
    exchange(found.row, (body) =>
      found.row.run({
        state,
        parameters: found.parameters,
        query: url.searchParams,
        form: () => new URLSearchParams(bodyText(body)),
        decide: (token, user) => parts.decide(token, user, found.row),
        approvesOnOpening: parts.approvesOnOpening,
        redirectQueryV4: unknowns.redirectQueryV4,
        apiUrl: parts.apiUrl
      })
    )

  const openApi = always(() => ({
    status: 200,
    headers: [
      ["Content-Type", "application/json"],
      ["Access-Control-Allow-Origin", "*"]
    ],
    body: parts.openApi()
  }))

  return (head) => {
    const url = parseUrl(head.url)
    if (url === undefined) return always(() => edge.dress(failure(5), clock.now()))
    const path = edgePath(url.pathname)
    const method = head.method === "HEAD" ? "GET" : head.method
    if (path.startsWith("/__sandbox/")) return always((body) => parts.control(head, path, bodyText(body)))
    if (path === "/openapi.json" && method === "GET") return openApi
    const page = siteRouter.find(method, path)
    if (page !== undefined) return site(url, page)
    return isLostPerson(head, path) ? exchange(elsewhere(method), notFoundPage) : api(head, url, path, method)
  }
}
