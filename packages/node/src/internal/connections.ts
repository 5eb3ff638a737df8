/**
 * The connections of a client, at most sixteen to an origin. Each is a Node agent
 * with a single socket, so it is known when each connection was last in use.
 *
 * An agent with many sockets does not know that. Its timeout is a timer, which fires
 * too late on a suspended machine or a busy event loop. `session/new` must not be
 * sent on an idle connection. Such a connection may die unnoticed while a person
 * decides, and then the reply is lost with the session in it.
 */
import type { Agent } from "node:http"
import type { Exchange } from "./exchange.js"

/** TMDB's CDN allows 20 connections from one address. A browser at the same address needs some of them. */
export const mostConnections = 16

/** How long a connection may be idle and still be used again, in milliseconds. */
export const longestIdle = { consuming: 1_000, ordinary: 4_000 }

/** The wall clock, since the monotonic clock may stop while a machine sleeps. If the wall clock was set back, the connection counts as stale. */
const isFresh = (lastUsed: number, consuming: boolean): boolean => {
  const idle = Date.now() - lastUsed
  return idle >= 0 && idle <= (consuming ? longestIdle.consuming : longestIdle.ordinary)
}

/** Node polls its sockets once per turn of the event loop. After one turn, it knows whether the server has closed a connection. */
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
  /** The one used last is at the end and is taken first. If it is stale, so are the others. */
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
    // The waiting ones first: a released connection would otherwise start the next of them.
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

export interface Connections {
  readonly send: (exchange: Exchange) => void
  readonly close: () => void
}

/** Makes the connections. `open` makes an agent of one socket for the origin of a URL. */
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
