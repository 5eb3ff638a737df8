/**
 * The OpenAPI document, made from the same tables that answer the requests.
 *
 * @see https://spec.openapis.org/oas/v3.1.0
 */
import { controlCalls } from "./control.js"
import { type JsonSchema, object, type Parameter, type Route, statusBody, text } from "./route.js"
import { routes } from "./routes.js"
import { type SiteRoute, siteRoutes } from "./site.js"

type Operation = { readonly [field: string]: unknown }

const json = (schema: JsonSchema) => ({ "application/json": { schema } })
const form = (schema: JsonSchema) => ({ "application/x-www-form-urlencoded": { schema } })
const html = { "text/html": { schema: text } }

const statusReference = { $ref: "#/components/schemas/Status" }

const descriptions: { readonly [status: number]: string } = {
  200: "Done",
  201: "Done",
  400: "The request is not valid",
  401: "The credential, the session or the token is not valid",
  403: "Not allowed",
  404: "Not found",
  422: "The user has not approved",
  500: "TMDB failed"
}

const answer = (status: number, schema: JsonSchema) => ({
  description: descriptions[status] ?? "Something else",
  content: json(schema)
})

const pathParameters = (path: string) =>
  Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => ({ name, in: "path", required: true, schema: text }))

const queryParameter = ({ name, required, schema }: Parameter) => ({
  name,
  in: "query",
  required: required ?? false,
  schema
})

const operationOf = (route: Route): Operation => ({
  operationId: route.operationId,
  summary: route.summary,
  tags: [route.path.startsWith("/3/") ? "v3" : "v4"],
  security: route.credential === "bearer" ? [{ bearer: [] }] : [{ bearer: [] }, { apiKey: [] }],
  parameters: [...pathParameters(route.path), ...(route.query ?? []).map(queryParameter)],
  ...(route.payload === undefined
    ? {}
    : {
        requestBody: {
          required: "required" in route.payload && isNeeded(route.payload),
          content: json(route.payload)
        }
      }),
  responses: {
    ...Object.fromEntries(
      [401, ...route.otherwise].map((status) => [status, answer(status, statusReference)])
    ),
    [route.success.status]: answer(route.success.status, route.success.schema)
  }
})

const isNeeded = (schema: JsonSchema) => Array.isArray(schema["required"]) && schema["required"].length > 0

const siteOperation = (route: SiteRoute): Operation => ({
  summary: route.summary,
  tags: ["site"],
  security: [],
  parameters: [
    ...pathParameters(route.path),
    ...(route.path === "/auth/access"
      ? [queryParameter({ name: "request_token", required: true, schema: text })]
      : []),
    ...(route.path === "/authenticate/{request_token}"
      ? [queryParameter({ name: "redirect_to", schema: text })]
      : [])
  ],
  ...(route.method === "POST"
    ? {
        requestBody: {
          required: true,
          content: form(
            object(
              { username: text, password: text, decision: { type: "string", enum: ["allow", "deny"] } },
              ["username", "decision"]
            )
          )
        }
      }
    : {}),
  responses: {
    200: { description: "A page", content: html },
    302: { description: "A redirect to the app, or to the page that shows the decision" },
    default: { description: "A page that explains the problem", content: html }
  }
})

const controlOperation = (call: string): Operation => ({
  summary: `Control the sandbox: ${call}`,
  tags: ["control"],
  security: [],
  ...(call.startsWith("POST") ? { requestBody: { content: json({}) } } : {}),
  responses: {
    200: { description: "Done", content: json({}) },
    400: { description: "The request cannot be carried out", content: json(object({ error: text })) },
    403: { description: "Not allowed from this host or origin", content: json(object({ error: text })) }
  }
})

const byPath = (entries: ReadonlyArray<{ path: string; method: string; operation: Operation }>) => {
  const paths: { [path: string]: { [method: string]: Operation } } = {}
  for (const { method, operation, path } of entries) {
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation }
  }
  return paths
}

export const openApiDocument = (): object => ({
  openapi: "3.1.0",
  info: {
    title: "TMDB sandbox",
    version: "3",
    description: "What this sandbox implements of TMDB's API and site, and the calls that control it."
  },
  servers: [{ url: "/" }],
  paths: byPath([
    ...routes.map((route) => ({ path: route.path, method: route.method, operation: operationOf(route) })),
    ...siteRoutes.map((route) => ({
      path: route.path,
      method: route.method,
      operation: siteOperation(route)
    })),
    ...controlCalls.map((call) => {
      const [method = "", path = ""] = call.split(" ")
      return { path, method, operation: controlOperation(call) }
    })
  ]),
  components: {
    schemas: { Status: statusBody },
    securitySchemes: {
      bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
      apiKey: { type: "apiKey", in: "query", name: "api_key" }
    }
  }
})
