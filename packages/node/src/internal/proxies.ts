/** Finds the proxy for a URL, in the environment variables that curl and many others read. */
import * as Loopback from "@tmdb-session/core/Loopback"
import * as TmdbClient from "@tmdb-session/core/TmdbClient"
import { InvalidConfiguration } from "@tmdb-session/core/TmdbError"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"

/** A proxy: its protocol, its address and its login. */
export interface Proxy {
  readonly protocol: "http:" | "https:" | "socks5:" | "socks5h:"
  readonly host: string
  readonly port: number
  readonly login: { readonly username: string; readonly password: string } | undefined
}

const defaultPorts = { "http:": 80, "https:": 443, "socks5:": 1080, "socks5h:": 1080 }

const isProtocol = (protocol: string): protocol is Proxy["protocol"] => Object.hasOwn(defaultPorts, protocol)

const withoutBrackets = (host: string): string => host.replace(/^\[(.*)\]$/, "$1")

/** Undefined when the value names no supported proxy. Without a scheme, it is an HTTP proxy. */
const parse = (value: string): Proxy | undefined => {
  try {
    const { hostname, password, port, protocol, username } = new URL(
      value.includes("://") ? value : `http://${value}`
    )
    if (hostname === "" || !isProtocol(protocol)) return undefined
    const login = { username: decodeURIComponent(username), password: decodeURIComponent(password) }
    return {
      protocol,
      host: withoutBrackets(hostname),
      port: port === "" ? defaultPorts[protocol] : Number(port),
      login: username === "" && password === "" ? undefined : login
    }
  } catch {
    return undefined
  }
}

const malformed = (name: string) =>
  new InvalidConfiguration({
    operation: "configuration",
    what: `The proxy (${name}) is malformed or of an unsupported kind`,
    next: "Give one such as http://proxy.example:8080 or socks5h://proxy.example:1080"
  })

/** Reads a variable in lower case, else in upper case, and returns its name too. */
const variable = (name: string) =>
  Config.all([TmdbClient.setting(name), TmdbClient.setting(name.toUpperCase())]).pipe(
    Config.map(([lower, upper]) =>
      lower !== undefined ? { name, value: lower } : { name: name.toUpperCase(), value: upper }
    ),
    Effect.mapError(() => malformed(name))
  )

const proxy = (name: string): Effect.Effect<Proxy | undefined, InvalidConfiguration> =>
  Effect.flatMap(variable(name), ({ name, value }) => {
    if (value === undefined) return Effect.succeed(undefined)
    const proxy = parse(value)
    return proxy === undefined ? Effect.fail(malformed(name)) : Effect.succeed(proxy)
  })

/** Whether `no_proxy` names the host of a URL: by `*`, or by a name, which includes all names below it. Both may have a port. */
const isExempt = (url: URL, noProxy: string): boolean => {
  const port = url.port || (url.protocol === "https:" ? "443" : "80")
  return noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => {
      const [, name = "", only = port] = /^(?:\*?\.)?(.+?)(?::(\d+))?$/.exec(entry) ?? []
      if (name === "" || only !== port) return false
      return name === "*" || url.hostname === name || url.hostname.endsWith(`.${name}`)
    })
}

/** The proxy for a URL, if there is one. Loopback is never proxied. */
export type ProxyOf = (url: URL) => Proxy | undefined

/** Reads the variables. The error for a malformed one has its name, but not its value, which may hold a password. */
export const fromConfig: Effect.Effect<ProxyOf, InvalidConfiguration> = Effect.gen(function* () {
  const [http, https, all] = yield* Effect.all([
    proxy("http_proxy"),
    proxy("https_proxy"),
    proxy("all_proxy")
  ])
  const { value: noProxy = "" } = yield* variable("no_proxy")
  return (url) => {
    if (Loopback.isLoopback(url.hostname) || isExempt(url, noProxy)) return undefined
    return (url.protocol === "https:" ? https : http) ?? all
  }
})
