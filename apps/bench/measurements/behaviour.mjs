/** What each client was seen to do when TMDB does not answer as it should. */
import { once } from "node:events"
import { createServer } from "node:http"
import { startChild } from "../children/child.mjs"
import { clients, load } from "../clients/all.mjs"
import { sessionId } from "../clients/secrets.mjs"
import { seconds } from "../report/format.mjs"

const json = (response, status, body, headers = {}) =>
  response
    .writeHead(status, { "content-type": "application/json;charset=utf-8", ...headers })
    .end(JSON.stringify(body))

const denied = { success: false, status_code: 17, status_message: "Session denied." }
const session = { success: true, session_id: sessionId }

/** Whether the error contains TMDB's code, and where. */
const withCode = ({ codeAt, how, seen }) => {
  if (how !== "rejected") return seen
  return codeAt === undefined ? `${seen}; no code 17 in it` : `${seen}; code 17 at error${codeAt}`
}

const counted = ({ seen }, requests) => `${seen}; ${requests} ${requests === 1 ? "request" : "requests"}`

const secretsTold = ({ how, printed, serialised }) => {
  if (how !== "rejected") return "no error"
  const told = [
    ["console.log", printed],
    ["JSON.stringify", serialised]
  ].filter(([, secrets]) => secrets.length > 0)
  return told.length === 0
    ? "none"
    : told.map(([where, secrets]) => `${where} shows ${secrets.join(" and ")}`).join("; ")
}

/**
 * @typedef {object} Scenario
 * @property {string} name
 * @property {(response: import("node:http").ServerResponse, request: number) => void} answer answers a request;
 *   the first has the number 1
 * @property {(outcome: any, requests: number) => string} tell
 * @property {(outcome: any, requests: number) => boolean} [holds] what our clients must do
 */

/** @type {ReadonlyArray<Scenario>} */
const scenarios = [
  {
    name: "401 with code 17: not approved",
    answer: (response) => json(response, 401, denied),
    tell: withCode,
    holds: ({ codeAt }) => codeAt !== undefined
  },
  {
    name: "Secrets in that error, printed",
    answer: (response) => json(response, 401, denied),
    tell: secretsTold,
    holds: (outcome) => secretsTold(outcome) === "none"
  },
  {
    name: "200 with success: false and code 17",
    answer: (response) => json(response, 200, denied),
    tell: withCode,
    holds: ({ how }) => how === "rejected"
  },
  {
    name: "200 without the session id",
    answer: (response) => json(response, 200, { success: true }),
    tell: ({ seen }) => seen,
    holds: ({ how }) => how === "rejected"
  },
  {
    name: "429 with Retry-After: 1, then 200",
    answer: (response, request) =>
      request === 1
        ? json(
            response,
            429,
            { success: false, status_code: 25, status_message: "Too many." },
            { "retry-after": "1" }
          )
        : json(response, 200, session),
    tell: (outcome, requests) => `${counted(outcome, requests)}, ${seconds(outcome.milliseconds)}`,
    holds: ({ how, milliseconds }) => how === "resolved" && milliseconds >= 1000
  },
  {
    name: "502 with a page of HTML",
    answer: (response) =>
      response.writeHead(502, { "content-type": "text/html" }).end("<html><h1>502 Bad Gateway</h1></html>"),
    tell: counted,
    holds: ({ how }) => how === "rejected"
  },
  {
    name: "The reply is lost after the request arrived",
    answer: (response) => response.socket?.destroy(),
    tell: counted,
    holds: ({ how }, requests) => how === "rejected" && requests === 1
  },
  {
    name: "The server never answers",
    answer: () => undefined,
    tell: ({ milliseconds, seen }) => `${seen} after ${seconds(milliseconds)}`,
    holds: ({ how }) => how === "rejected"
  }
]

/** Describes the tokens of two people who start to sign in at once, and of a third who starts afterwards. */
const differ = ([first, second, third]) => {
  const atOnce = first === second ? "both get one request token" : "each gets a request token of their own"
  const after =
    third === first || third === second ? "the next one gets one of these again" : "the next one gets another"
  return `${atOnce}; ${after}`
}

/** Runs every scenario with one client, against a server of its own. */
const observe = async (name, patience) => {
  let answerWith
  let requests = 0
  const server = createServer((request, response) => {
    request.resume().once("end", () => {
      requests += 1
      answerWith(response, requests)
    })
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  const apiUrl = `http://127.0.0.1:${server.address().port}`
  const child = startChild(new URL("../children/behaver.mjs", import.meta.url), { args: [name] })
  const { name: client, ours = false } = await load(name)
  const seen = {}
  const checks = []
  try {
    for (const { answer, holds, name: scenario, tell } of scenarios) {
      requests = 0
      answerWith = answer
      const outcome = await child.ask({ ask: "createSession", apiUrl, patience })
      seen[scenario] = tell(outcome, requests)
      if (ours && holds !== undefined)
        checks.push({
          what: `${client}: ${scenario}`,
          passed: holds(outcome, requests),
          seen: seen[scenario]
        })
    }
    requests = 0
    answerWith = (response, request) =>
      json(response, 200, {
        success: true,
        expires_at: "2999-01-01 00:00:00 UTC",
        request_token: request.toString(16).padStart(40, "0")
      })
    const tokens = await child.ask({ ask: "requestTokens", apiUrl })
    seen["Two sign-ins at once, then one more"] = differ(tokens)
    if (ours)
      checks.push({ what: `${client}: three people get three tokens`, passed: new Set(tokens).size === 3 })
  } finally {
    child.stop()
    server.close()
    server.closeAllConnections()
  }
  return { client, ours, seen, checks }
}

/** @type {import("../report/page.mjs").Measurement} */
export const behaviour = {
  name: "behaviour",
  title: "What each client does when things go wrong",
  measure: async ({ quick, say }) => {
    const patience = quick ? 12_000 : 30_000
    say(`up to ${seconds(patience)} of waiting for an answer that never comes`)
    const observed = await Promise.all(Object.keys(clients).map((name) => observe(name, patience)))
    const rows = Object.keys(observed[0]?.seen ?? {})
    return {
      about: [
        "Each client calls `createSession` with its own defaults, as its documentation shows, in a process of its own. Each row is one answer of the server.",
        "The cells show what the program saw: the value, or the error's name and message. undici.request and fetch stand for code written by hand that checks only the status."
      ],
      tables: [
        {
          title: "Seen",
          columns: ["", ...observed.map(({ client }) => client)],
          rows: rows.map((row) => [row, ...observed.map(({ seen }) => seen[row] ?? "–")])
        }
      ],
      plots: [],
      checks: observed.flatMap(({ checks }) => checks),
      data: observed.map(({ checks, ...rest }) => rest)
    }
  }
}
