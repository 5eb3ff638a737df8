/**
 * What TMDB's own OpenAPI document says of its answers (methods, paths, fields
 * and types, distilled on 2026-06-22), held against the sandbox's v3.
 */
import { readFileSync } from "node:fs"
import { Ajv2020 } from "ajv/dist/2020.js"
import { describe, expect, it } from "vitest"
import { makeSandbox } from "../src/index.js"
import { clientOf } from "./client.js"

type Fields = string | readonly [Fields] | { readonly [name: string]: Fields }

interface Declared {
  readonly operationId: string
  readonly method: string
  readonly path: string
  readonly status: number
  readonly fields: Fields
}

const { operations }: { readonly operations: ReadonlyArray<Declared> } = JSON.parse(
  readFileSync(new URL("./fixtures/tmdb-openapi-2026-06-22.json", import.meta.url), "utf8")
)

/** Declared as strings, and null whenever there is no picture: so it was recorded. */
const NULL_WITHOUT_PICTURE = ["avatar_path", "backdrop_path", "poster_path", "still_path"]

/** Declared, and not in the sixteen bytes that were recorded in 2026. */
const NOT_SENT: { readonly [operationId: string]: ReadonlyArray<string> } = {
  "authentication-validate-key": ["status_code", "status_message"]
}

const isList = (fields: Fields): fields is readonly [Fields] => Array.isArray(fields)

/** Stricter than TMDB's document, which requires nothing: every field must be there, and no other. */
const schemaOf = (fields: Fields, notSent: ReadonlyArray<string> = []): object => {
  if (typeof fields === "string") return { type: fields }
  if (isList(fields)) return { type: "array", items: schemaOf(fields[0]) }
  const properties = Object.entries(fields).map(([name, field]) => [
    name,
    NULL_WITHOUT_PICTURE.includes(name) ? { type: [field, "null"] } : schemaOf(field as Fields)
  ])
  return {
    type: "object",
    properties: Object.fromEntries(properties),
    required: Object.keys(fields).filter((name) => !notSent.includes(name)),
    additionalProperties: false
  }
}

const arrange = async () => {
  const sandbox = makeSandbox({ users: [{ username: "ada", password: "lovelace" }] })
  const { call, exchangeV4, requestToken, requestTokenV4 } = clientOf(sandbox)
  const approved = await requestToken()
  sandbox.approve(approved)
  const approvedV4 = await requestTokenV4()
  sandbox.approve(approvedV4)
  const { access_token } = (await exchangeV4(approvedV4)).json()
  const session_id = sandbox.createSession()
  const { guest_session_id } = (await call("GET", "/3/authentication/guest_session/new")).json()
  for (const title of ["movie/550", "tv/1396", "tv/1396/season/1/episode/1"]) {
    await call("POST", `/3/${title}/rating?guest_session_id=${guest_session_id}`, { body: { value: 8.5 } })
  }
  const bodies: Record<string, unknown> = {
    "authentication-create-session": { request_token: approved },
    "authentication-create-session-from-v4-token": { access_token },
    "authentication-create-session-from-login": {
      username: "ada",
      password: "lovelace",
      request_token: await requestToken()
    },
    "authentication-delete-session": { session_id }
  }
  const perform = ({ method, operationId, path, status }: Declared) => {
    const filled = path.replace("{account_id}", "1").replace("{guest_session_id}", guest_session_id)
    const query = operationId === "account-details" ? `?session_id=${session_id}` : ""
    const credential = status === 401 ? { bearer: null } : {}
    return call(method, filled + query, { ...credential, body: bodies[operationId] })
  }
  return { perform }
}

describe("TMDB's OpenAPI", () => {
  it.each(operations)("accepts what $method $path answers with $status", async (declared) => {
    const { perform } = await arrange()
    const answered = await perform(declared)
    expect(answered.status).toBe(declared.status)
    const notSent = declared.status === 200 ? NOT_SENT[declared.operationId] : undefined
    const ajv = new Ajv2020({ strict: false })
    const validate = ajv.compile(schemaOf(declared.fields, notSent))
    expect(validate(answered.json()), ajv.errorsText(validate.errors)).toBe(true)
  })
})
