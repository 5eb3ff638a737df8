/**
 * Every answer that was recorded from TMDB on 2025-12-24, brought about in the
 * sandbox and compared byte for byte, over a socket.
 */
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { type IncomingMessage, request } from "node:http"
import { describe, expect, it } from "vitest"
import { type Listening, listen } from "../src/node.js"

interface Recorded {
  readonly recorded: string
  readonly method: string
  readonly path: string
  readonly status: number
  readonly headers: { readonly [name: string]: string | ReadonlyArray<string> }
  readonly body: string
}

const recordings: ReadonlyArray<Recorded> = JSON.parse(
  readFileSync(new URL("./fixtures/recorded-2025-12-24.json", import.meta.url), "utf8")
)

interface Received {
  readonly status: number | undefined
  readonly headers: ReadonlyArray<readonly [string, string]>
  readonly body: string
}

const send = (sandbox: Listening, method: string, path: string, body?: unknown): Promise<Received> =>
  new Promise((resolve, reject) => {
    const separator = path.includes("?") ? "&" : "?"
    const url = `${sandbox.apiUrl}${path}${separator}api_key=${sandbox.apiKey}`
    const headers = body === undefined ? {} : { "content-type": "application/json" }
    const outgoing = request(url, { method, headers }, async (response: IncomingMessage) => {
      let text = ""
      for await (const chunk of response.setEncoding("utf8")) text += chunk
      const { rawHeaders } = response
      const list = rawHeaders.flatMap((name, index) =>
        index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ""] as const] : []
      )
      resolve({ status: response.statusCode, headers: list, body: text })
    })
    outgoing.on("error", reject)
    outgoing.end(body === undefined ? undefined : JSON.stringify(body))
  })

/** Names that the recorder dropped or that differ from call to call; each has a test of its shape. */
const RANDOM: { readonly [name: string]: RegExp } = {
  "x-az": /^us-east-1[a-c]$/,
  "x-memc-key": /^[0-9a-f]{64}$/,
  Via: /^1\.1 [0-9a-f]{32}\.cloudfront\.net \(CloudFront\)$/,
  "X-Amz-Cf-Id": /^[\w-]{54}==$/,
  Date: /^\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT$/
}
const NOT_RECORDED = ["Via", "X-Amz-Cf-Id", "Date"]

/** The recorder wrote content types its own way and cut Alt-Svc at the semicolon (see the fact about gateway-made JSON). */
const asTmdbSentIt = (name: string, value: string): string => {
  if (name === "Content-Type") return value.replace("; ", ";")
  return name === "Alt-Svc" ? `${value}; ma=86400` : value
}

const etagOf = (body: string) => `W/"${createHash("sha256").update(body).digest("hex").slice(0, 32)}"`

const sorted = (lines: ReadonlyArray<readonly [string, string]>) =>
  lines.map((line) => line.join(": ")).sort()

const compare = (received: Received, recording: Recorded): void => {
  expect(received.status).toBe(recording.status)
  expect(received.body).toBe(recording.body)
  const expected: Array<readonly [string, string]> = []
  for (const [name, values] of Object.entries(recording.headers)) {
    for (const value of [values].flat()) {
      if (name in RANDOM) continue
      expected.push([name, name === "ETag" ? etagOf(recording.body) : asTmdbSentIt(name, value)])
    }
  }
  const random = received.headers.filter(([name]) => name in RANDOM)
  const randomRecorded = Object.keys(recording.headers).filter((name) => name in RANDOM)
  expect(sorted(received.headers.filter(([name]) => !(name in RANDOM)))).toEqual(sorted(expected))
  expect(random.map(([name]) => name).sort()).toEqual([...randomRecorded, ...NOT_RECORDED].sort())
  for (const [name, value] of random) expect(value).toMatch(RANDOM[name] ?? /$^/)
}

/** The recorder's account: the one made-up thing about it is the hash, as in the recording. */
const tester = {
  username: "TMDbTestAccount",
  id: 6089455,
  country: "BE",
  name: "Test Name",
  gravatarHash: "def21f524afa6a71e5e4be3b17642af6"
}

const at = (time: string) => ({
  now: () => Date.parse(time),
  users: [tester],
  webUrl: "https://www.themoviedb.org"
})

/** What has to be the case for TMDB to answer so; `random` is what the answer holds that nobody can foresee. */
interface Arranged {
  readonly sandbox: Listening
  readonly received: Received
  readonly random?: string
}

const randomIn = (recording: Recorded): string => {
  const { guest_session_id, request_token } = JSON.parse(recording.body)
  return guest_session_id ?? request_token
}

const noon = at("2025-12-24T18:45:16Z")

const arrangements: { readonly [call: string]: () => Promise<Arranged> } = {
  "GET /3/authentication/token/new": async () => {
    const sandbox = await listen(noon)
    const received = await send(sandbox, "GET", "/3/authentication/token/new")
    return { sandbox, received, random: JSON.parse(received.body).request_token }
  },
  "GET /3/authentication/guest_session/new": async () => {
    const sandbox = await listen(noon)
    const received = await send(sandbox, "GET", "/3/authentication/guest_session/new")
    return { sandbox, received, random: JSON.parse(received.body).guest_session_id }
  },
  "GET /3/account": async () => {
    const sandbox = await listen(noon)
    return {
      sandbox,
      received: await send(sandbox, "GET", `/3/account?session_id=${sandbox.createSession()}`)
    }
  },
  "GET /3/authentication/session/new": async () => {
    const sandbox = await listen()
    const path = `/3/authentication/session/new?request_token=${"0".repeat(40)}`
    return { sandbox, received: await send(sandbox, "GET", path) }
  },
  "GET /3/authentication/token/validate_with_login": async () => {
    const sandbox = await listen(noon)
    const issued = await send(sandbox, "GET", "/3/authentication/token/new")
    const { request_token } = JSON.parse(issued.body)
    const query = new URLSearchParams({ username: tester.username, password: "wrong", request_token })
    const path = `/3/authentication/token/validate_with_login?${query}`
    return { sandbox, received: await send(sandbox, "GET", path) }
  },
  "GET /3/movie/999999999": async () => {
    const sandbox = await listen()
    return { sandbox, received: await send(sandbox, "GET", "/3/movie/999999999") }
  },
  "POST /3/tv/1396/rating": async () => {
    const sandbox = await listen()
    const path = `/3/tv/1396/rating?session_id=${sandbox.createSession()}`
    await send(sandbox, "POST", path, { value: 5 })
    return { sandbox, received: await send(sandbox, "POST", path, { value: 7.5 }) }
  }
}

describe("what TMDB was recorded to answer", () => {
  it.each(recordings)("$method $path with $status", async (recording) => {
    const arrange = arrangements[`${recording.method} ${recording.path}`]
    if (arrange === undefined) throw new Error("This recording is not arranged yet.")
    const { random, received, sandbox } = await arrange()
    await sandbox.close()
    if (random === undefined) return compare(received, recording)
    expect(random).toMatch(/^[0-9a-f]+$/)
    expect(random).toHaveLength(randomIn(recording).length)
    compare(received, JSON.parse(JSON.stringify(recording).replaceAll(randomIn(recording), random)))
  })
})
