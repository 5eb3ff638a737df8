/**
 * The CORS headers that let a page of another origin read TMDB's answers.
 */
import type { Answer, HeaderList } from "./answer.js"
import { header, type RequestHead } from "./request.js"

const readable: HeaderList = [
  ["Access-Control-Allow-Origin", "*"],
  ["Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, DELETE, OPTIONS"],
  [
    "Access-Control-Expose-Headers",
    "ETag, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Retry-After, Content-Length, Content-Range"
  ]
]

/** No preflight answer of TMDB was recorded. This one allows what its browser clients need, and no more. */
export const preflight: HeaderList = [
  ...readable,
  ["Access-Control-Allow-Headers", "Accept, Accept-Language, Authorization, Content-Type, If-None-Match"],
  ["Access-Control-Max-Age", "86400"],
  ["Vary", "Origin"]
]

/** Since late 2022 TMDB sends these headers only if the request has an `Origin`. */
export const readableTo = (head: RequestHead, answer: Answer): Answer =>
  header(head, "origin") === undefined ? answer : { ...answer, headers: [...answer.headers, ...readable] }
