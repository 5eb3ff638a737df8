/**
 * What each fault does to an answer.
 */
import * as Duration from "effect/Duration"
import type { Fault } from "../Faults.js"
import type { Unknowns } from "../Unknowns.js"
import { type Answer, type Edge, failure, type HeaderList, type Reply, rateLimited } from "./answer.js"
import { gzipStored } from "./gzip.js"

/** openresty's page for a backend that does not answer. CloudFront's page was never recorded. */
const gatewayPage = (title: string): string =>
  [
    "<html>",
    `<head><title>${title}</title></head>`,
    "<body>",
    `<center><h1>${title}</h1></center>`,
    "<hr><center>openresty</center>",
    "</body>",
    "</html>",
    ""
  ].join("\r\n")

/**
 * The answer of a fault that replaces the call, so that the call does nothing.
 * Codes 9, 24 and 46 were never recorded: they have the shape of the app's other failures.
 */
export const insteadOf = (fault: Fault, edge: Edge, unknowns: Unknowns, now: number): Answer | undefined => {
  const failed = (reply: Reply): Answer => edge.dress(reply, now)
  const fromEdge = (status: number, headers: HeaderList, body: string, statusText?: string): Answer => ({
    status,
    ...(statusText === undefined ? {} : { statusText }),
    headers: [...headers, ...edge.headers("Error from cloudfront", now)],
    body
  })
  const html: HeaderList = [
    ["Content-Type", "text/html"],
    ["Server", "openresty"]
  ]
  switch (fault.fault) {
    case "rateLimited":
      return failed(rateLimited(unknowns.rateLimitBody, fault.retryAfter))
    case "maintenance":
      return failed(failure(46))
    case "offline":
      return failed(failure(9))
    case "internalError":
      return failed(failure(11))
    case "backendTimeout":
      return failed(failure(24))
    case "badGateway":
      return fromEdge(502, html, gatewayPage("502 Bad Gateway"))
    case "gatewayTimeout":
      return fromEdge(504, html, gatewayPage("504 Gateway Time-out"))
    case "atCapacity":
      return fromEdge(
        503,
        [["Content-Length", "0"]],
        "",
        "Service Unavailable: Back-end server is at capacity"
      )
    case "redirect":
      return fromEdge(
        302,
        [
          ["Location", fault.location],
          ["Content-Length", "0"]
        ],
        ""
      )
    case "resetBeforeRead":
    case "resetAfterRead":
      return { status: 0, headers: [], body: "", wire: { kind: "reset" } }
    default:
      return undefined
  }
}

/** The longest delay of a timer, about 25 days. A longer one is as good as no answer. */
const LONGEST_WAIT = 2 ** 31 - 1

const wait = (duration: Duration.DurationInput): number => Math.min(Duration.toMillis(duration), LONGEST_WAIT)

/** The faults that damage an answer after the call was carried out. */
export const spoil = (fault: Fault, answer: Answer): Answer => {
  switch (fault.fault) {
    case "replyLost":
      return { ...answer, wire: { kind: "reset" } }
    case "truncatedBody":
      return {
        ...answer,
        wire: { kind: "truncated", bytes: fault.bytes ?? Math.floor(answer.body.length / 2) }
      }
    case "drippingBody":
      return { ...answer, wire: { kind: "dripping", interval: wait(fault.interval) } }
    case "slowAnswer":
      return { ...answer, wire: { kind: "delayed", delay: wait(fault.delay) } }
    case "unmarkedGzip":
      return typeof answer.body === "string" ? { ...answer, body: gzipStored(answer.body) } : answer
    default:
      return answer
  }
}
