/**
 * The names of an endpoint of the API or the site: its path, its method and
 * path, or its operation id.
 */
import { routes } from "./routes.js"
import { siteRoutes } from "./site.js"

/** Which endpoint a call is for. */
export interface Endpoint {
  readonly method: string
  readonly path: string
  readonly operationId?: string | undefined
}

export const isNamed = (endpoint: Endpoint, name: string): boolean =>
  name === endpoint.path || name === `${endpoint.method} ${endpoint.path}` || name === endpoint.operationId

export const isEndpoint = (name: string): boolean =>
  [...routes, ...siteRoutes].some((endpoint: Endpoint) => isNamed(endpoint, name))

/** The endpoint of a call that matches no route. */
export const elsewhere = (method: string): Endpoint => ({ method, path: "(elsewhere)" })
