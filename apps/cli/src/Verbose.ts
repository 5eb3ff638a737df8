/** `--verbose`: shows each request on standard error, without any secret. */
import * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as UrlParams from "@effect/platform/UrlParams"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { note, Terminal } from "./Terminal.js"

export class Verbose extends Context.Reference<Verbose>()("tmdb-session/Verbose", {
  defaultValue: () => false
}) {}

/** Replaces everything that is long enough to be a token. */
const masked = (text: string): string => text.replace(/[\w.-]{24,}/g, "…")

/** The host, the path, and the names in the query. The values in the query may be secrets. */
const where = (request: HttpClientRequest.HttpClientRequest): string => {
  const url = UrlParams.makeUrl(request.url, request.urlParams, request.hash)
  if (Either.isLeft(url)) return "?"
  const names = [...url.right.searchParams.keys()].map((name) => `${masked(name)}=…`)
  return url.right.host + masked(url.right.pathname) + (names.length === 0 ? "" : `?${names.join("&")}`)
}

/** Shows each request before it is sent, and its outcome. */
export const narrate =
  (terminal: typeof Terminal.Service) =>
  (client: HttpClient.HttpClient): HttpClient.HttpClient =>
    HttpClient.transform(client, (answer, request) =>
      Effect.gen(function* () {
        const tell = (line: string) => Effect.provideService(note(line), Terminal, terminal)
        const started = yield* Clock.currentTimeMillis
        yield* tell(`> ${request.method} ${where(request)}`)
        const ended = (outcome: string) =>
          Effect.flatMap(Clock.currentTimeMillis, (now) => tell(`< ${outcome} after ${now - started} ms`))
        return yield* answer.pipe(
          Effect.tap((response) => {
            const id = response.headers["x-amz-cf-id"]
            const quoted = id !== undefined && /^[\w=-]{1,100}$/.test(id) ? `, request id ${id}` : ""
            return ended(`HTTP ${response.status}${quoted}`)
          }),
          Effect.tapError(() => ended("no answer"))
        )
      })
    )
