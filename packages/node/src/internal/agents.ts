/** Makes Node agents that hold one connection each. */
import dns from "node:dns"
import * as http from "node:http"
import * as https from "node:https"
import type { LookupFunction, Socket } from "node:net"
import * as tls from "node:tls"
import * as Loopback from "@tmdb-session/core/Loopback"
import { longestIdle } from "./connections.js"
import type { Proxy } from "./proxies.js"
import { reach, tunnel } from "./tunnel.js"

const oneConnection = { keepAlive: true, maxSockets: 1, timeout: longestIdle.ordinary }

const elsewhere = () => Object.assign(new Error("localhost is another machine"), { code: "ENOTFOUND" })

/** A hosts file may map `localhost` to another machine, which plain text must not reach. */
const lookupHere: LookupFunction = (hostname, options, callback) =>
  dns.lookup(hostname, options, (error, found, family) => {
    const addresses = typeof found === "string" ? [found] : (found ?? []).map(({ address }) => address)
    callback(addresses.every(Loopback.isLoopback) ? error : elsewhere(), found, family)
  })

/** An agent that connects directly to the origin of a URL. */
export const direct = ({ hostname, protocol }: URL): http.Agent => {
  if (protocol === "https:") return new https.Agent(oneConnection)
  return new http.Agent(hostname === "localhost" ? { ...oneConnection, lookup: lookupHere } : oneConnection)
}

const cut = () => Object.assign(new Error("The proxy closed the connection"), { code: "ECONNRESET" })

type Opened = (error: Error | null, socket?: Socket) => void

/** The options that Node's agent passes, which are more than its type says. */
interface Target extends tls.ConnectionOptions {
  readonly host: string
  readonly port: number
}

/** An agent through a proxy. It hands over a connection once it is established, so no part of a request is written earlier. */
export const proxied = (proxy: Proxy, { protocol }: URL): http.Agent => {
  const agent = protocol === "https:" ? new https.Agent(oneConnection) : new http.Agent(oneConnection)
  let opening: Socket | undefined

  const secure = (socket: Socket, target: Target, opened: Opened): void => {
    const secured = tls.connect({ ...target, socket, ALPNProtocols: ["http/1.1"] })
    secured.once("error", opened).once("secureConnect", () => opened(null, secured))
  }

  /** Node ignores every call of `opened` but the first. */
  const createConnection = (target: Target, opened: Opened): void => {
    const socket = reach(proxy)
    opening = socket
    socket.once("error", opened).once("close", () => opened(cut()))
    tunnel(socket, proxy, target).then(
      () => (protocol === "https:" ? secure(socket, target, opened) : opened(null, socket)),
      opened
    )
  }

  /** The agent does not know of a socket that is still opening. */
  const destroy = (): void => {
    opening?.destroy()
    http.Agent.prototype.destroy.call(agent)
  }

  return Object.assign(agent, { createConnection, destroy })
}
