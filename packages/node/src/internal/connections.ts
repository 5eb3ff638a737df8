/**
 * The connections of a client: at most sixteen to an origin, each an agent of
 * Node's with a single socket, so that the time of its last use is known.
 *
 * An agent with many sockets cannot tell. Its timeout is a timer, which a
 * suspended machine or a busy event loop fires too late. `session/new` must not
 * go out on a connection that has been idle: while a person decides, it dies
 * without a word, and the reply is lost with the session in it.
 */
import type { Agent } from "node:http"
import type { Exchange } from "./exchange.js"

/** TMDB's edge allows an address 20 connections; a browser at the same address needs some of them. */
export const mostConnections = 16

/** How long a connection may have been idle, in milliseconds, to be used again. */
export const longestIdle = { consuming: 1_000, ordinary: 4_000 }

/**
 * By the wall clock, since the monotonic one stands still while a machine
 * sleeps. If the clock was set back, nothing is known, and the connection
 * counts as stale.
 */
const isFresh = (lastUsed: number, consuming: boolean): boolean => {
  const idle = Date.now() - lastUsed
  return idle >= 0 && idle <= (consuming ? longestIdle.consuming : longestIdle.ordinary)
}

/** Node asks the system about its sockets once a turn. After one turn, a connection that the server has closed is known to be closed. */
const afterOneTurn = (then: () => void): void => {
  setImmediate(setImmediate, then)
}

const closed = () => Object.assign(new Error("The client is closed"), { code: "ECONNABORTED" })

interface Idle {
  readonly agent: Agent
  readonly lastUsed: number
}

/** The connections to one origin, and the exchanges that wait for one. */
class Pool {
  /** The one used last is at the end, and is taken first: where it is stale, the others are too. */
  readonly #idle: Array<Idle> = []
  readonly #busy = new Set<Exchange>()
  readonly #waiting = new Set<Exchange>()
  readonly #open: () => Agent

  constructor(open: () => Agent) {
    this.#open = open
  }

  send(exchange: Exchange): void {
    if (this.#busy.size === mostConnections) {
      this.#waiting.add(exchange)
      exchange.release = () => void this.#waiting.delete(exchange)
      return
    }
    const agent = this.#take(exchange.consuming)
    this.#busy.add(exchange)
    exchange.release = (reusable) => this.#release(exchange, agent, reusable)
    afterOneTurn(() => exchange.send(agent))
  }

  close(): void {
    // Those that wait come first: a connection that is free would be given to the next of them.
    for (const exchange of [...this.#waiting, ...this.#busy]) exchange.fail(closed())
    for (const { agent } of this.#idle.splice(0)) agent.destroy()
  }

  #take(consuming: boolean): Agent {
    const idle = this.#idle.pop()
    if (idle !== undefined && isFresh(idle.lastUsed, consuming)) return idle.agent
    idle?.agent.destroy()
    return this.#open()
  }

  #release(exchange: Exchange, agent: Agent, reusable: boolean): void {
    this.#busy.delete(exchange)
    if (reusable) this.#idle.push({ agent, lastUsed: Date.now() })
    else agent.destroy()
    const [next] = this.#waiting
    if (next === undefined) return
    this.#waiting.delete(next)
    this.send(next)
  }
}

/** Where exchanges are sent. */
export interface Connections {
  readonly send: (exchange: Exchange) => void
  readonly close: () => void
}

/** Connections that are opened by agents of one socket each, made for the origin of a URL. */
export const make = (open: (url: URL) => Agent): Connections => {
  const pools = new Map<string, Pool>()
  let isOpen = true
  return {
    send: (exchange) => {
      if (!isOpen) {
        exchange.fail(closed())
        return
      }
      const { url } = exchange
      let pool = pools.get(url.origin)
      if (pool === undefined) {
        pool = new Pool(() => open(url))
        pools.set(url.origin, pool)
      }
      pool.send(exchange)
    },
    close: () => {
      isOpen = false
      for (const pool of pools.values()) pool.close()
    }
  }
}
