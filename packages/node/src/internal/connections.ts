/**
 * Our own connections, one undici client each, so that it is known of every
 * single one when it was last in use.
 *
 * A pool of undici's cannot tell. Its keep-alive timeout is a timer, which a
 * suspended machine or a busy event loop fires too late, and its pool as a
 * whole may be in use while the one connection it hands out has been idle for
 * longer. `session/new` must not go out on such a one: while a person decides,
 * a connection dies without a word, and the reply is lost with the session in
 * it. So a request that must not be lost takes a connection that was in use
 * within the last second, by the wall clock, or a new one. On a busy server
 * there is always one in use, and nothing is opened anew.
 */
import type { Socket } from "node:net"
import type { buildConnector, Dispatcher } from "undici"
import { Client, connector, EnvHttpProxyAgent, errors, connect as tunnel } from "./undici.js"

/** A request on its way, and what is to be told of it. */
export interface Exchange extends Dispatcher.DispatchHandler {
  readonly options: Dispatcher.DispatchOptions & { readonly origin: string }
  /** It goes out on a connection that is fresh or was in use within the last second. */
  readonly once: boolean
  /** Called once it has ended, with whether its connection can be used again. */
  release: (reusable: boolean) => void
  /** Ends it: nothing was sent, and nothing will be. */
  readonly refuse: (cause: Error) => void
}

const closed = () => new errors.ClientDestroyedError()

/** TMDB's edge allows an address 20 connections; a browser at the same address needs some of them. */
export const mostConnections = 16

/** How long a connection may have been idle, in milliseconds, to be used again. */
export const longestIdle = { once: 1_000, ordinary: 4_000 }

const loopback = /^(localhost|(.+\.)?localhost|127(\.\d{1,3}){3}|\[::1\])$/

const proxyVariables = ["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"]

const isProxied = (origin: string): boolean =>
  proxyVariables.some((name) => (process.env[name] ?? "") !== "") && !loopback.test(new URL(origin).hostname)

/** With a code that says what happened: no connection to TMDB was made. */
class ProxyFailed extends Error {
  readonly code: string | undefined

  constructor(code: string | undefined, cause?: Error) {
    super("The proxy makes no connection", { cause })
    this.code = code
  }
}

/**
 * The connection to a proxy. One that is lost while the proxy connects has a
 * code at which undici would try again, at once and for ever; and a refusal has
 * that of an abort.
 */
const proxyClient = (proxy: URL, options: object): Dispatcher => {
  const client = new Client(proxy, options)
  const connect = async (target: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> => {
    const answer = await tunnel.call(client, target).catch((cause: NodeJS.ErrnoException) => {
      throw new ProxyFailed(cause.code === "UND_ERR_SOCKET" ? "ECONNRESET" : cause.code, cause)
    })
    if (answer.statusCode === 200) return answer
    answer.socket.destroy()
    throw new ProxyFailed("ECONNREFUSED")
  }
  return Object.assign(client, { connect })
}

/** A dispatcher that opens one connection, and what ends an attempt at it: undici would let that run on, keeping the process alive. */
interface Opened {
  readonly dispatcher: Dispatcher
  readonly disconnect: () => void
}

const oneConnection = { pipelining: 1, keepAliveTimeout: longestIdle.ordinary }

const direct = (origin: string): Opened => {
  const connect = connector({})
  let socket: Socket | undefined
  const dispatcher = new Client(origin, {
    ...oneConnection,
    connect: (target, callback) => {
      socket = connect(target, callback)
    }
  })
  return { dispatcher, disconnect: () => void socket?.destroy() }
}

/** Of its sockets undici's agent for proxies shows none: a signal ends them, at some cost. */
const proxied = (): Opened => {
  const abort = new AbortController()
  // undici fills in the port that its type asks for.
  const connect = { signal: abort.signal } as buildConnector.BuildOptions
  const dispatcher = new EnvHttpProxyAgent({
    ...oneConnection,
    connections: 1,
    connect,
    proxyTls: connect,
    requestTls: connect,
    clientFactory: proxyClient
  })
  return { dispatcher, disconnect: () => abort.abort() }
}

/** One connection, and when it was last in use. */
class Connection {
  readonly dispatcher: Dispatcher
  lastUsed = 0
  readonly #disconnect: () => void

  constructor(origin: string) {
    const { dispatcher, disconnect } = isProxied(origin) ? proxied() : direct(origin)
    this.dispatcher = dispatcher
    this.#disconnect = disconnect
  }

  /** The wall clock, since the monotonic one stands still while a machine sleeps; one set back is no proof either. */
  isFresh(once: boolean): boolean {
    const idle = Date.now() - this.lastUsed
    return idle >= 0 && idle <= (once ? longestIdle.once : longestIdle.ordinary)
  }

  destroy(): void {
    this.#disconnect()
    void this.dispatcher.destroy()
  }
}

/** The connections to one origin, and the exchanges that wait for one. */
class Pool {
  /** The one used last is at the end, and is taken first. */
  readonly #idle: Array<Connection> = []
  readonly #waiting: Array<Exchange> = []
  readonly #busy = new Set<Connection>()
  readonly #origin: string

  constructor(origin: string) {
    this.#origin = origin
  }

  send(exchange: Exchange): void {
    const connection = this.#take(exchange.once)
    if (connection === undefined) {
      exchange.release = () => this.#leave(exchange)
      this.#waiting.push(exchange)
      return
    }
    this.#busy.add(connection)
    exchange.release = (reusable) => this.#release(connection, reusable)
    connection.dispatcher.dispatch(exchange.options, exchange)
  }

  close(): void {
    // Those that wait first: what a connection leaves behind would go to the next of them.
    for (const exchange of this.#waiting.splice(0)) exchange.refuse(closed())
    for (const connection of [...this.#idle.splice(0), ...this.#busy]) connection.destroy()
  }

  #take(once: boolean): Connection | undefined {
    // Where the newest is stale, the others are too.
    if (this.#idle.at(-1)?.isFresh(once) === true) return this.#idle.pop()
    if (this.#idle.length + this.#busy.size >= mostConnections) {
      const oldest = this.#idle.shift()
      if (oldest === undefined) return undefined
      oldest.destroy()
    }
    const connection = new Connection(this.#origin)
    connection.dispatcher.on("disconnect", () => this.#drop(connection))
    return connection
  }

  #release(connection: Connection, reusable: boolean): void {
    if (!this.#busy.delete(connection)) return
    if (reusable) {
      connection.lastUsed = Date.now()
      this.#idle.push(connection)
    } else {
      connection.destroy()
    }
    const next = this.#waiting.shift()
    if (next !== undefined) this.send(next)
  }

  #leave(exchange: Exchange): void {
    const index = this.#waiting.indexOf(exchange)
    if (index !== -1) this.#waiting.splice(index, 1)
  }

  /** A connection that the other side has closed, or that was idle for too long. */
  #drop(connection: Connection): void {
    const index = this.#idle.indexOf(connection)
    if (index === -1) return
    this.#idle.splice(index, 1)
    connection.destroy()
  }
}

/** Where exchanges are sent. */
export interface Connections {
  readonly send: (exchange: Exchange) => void
  readonly close: () => void
}

export const make = (): Connections => {
  const pools = new Map<string, Pool>()
  let open = true
  return {
    send: (exchange) => {
      if (!open) {
        exchange.refuse(closed())
        return
      }
      const { origin } = exchange.options
      let pool = pools.get(origin)
      if (pool === undefined) {
        pool = new Pool(origin)
        pools.set(origin, pool)
      }
      try {
        pool.send(exchange)
      } catch {
        // What HTTP_PROXY and its like hold is no URL of a proxy. undici's error has it, password and all.
        exchange.refuse(new ProxyFailed(undefined))
      }
    },
    close: () => {
      open = false
      for (const pool of pools.values()) pool.close()
    }
  }
}

/** A dispatcher of the caller's: its connections are the caller's business, and so is closing it. */
export const fromDispatcher = (dispatcher: Dispatcher): Connections => ({
  send: (exchange) => void dispatcher.dispatch(exchange.options, exchange),
  close: () => undefined
})
