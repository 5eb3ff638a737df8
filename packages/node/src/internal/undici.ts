/**
 * The parts of undici that are used. Its main module loads `fetch`, WebSocket
 * and caches, which is most of the time it takes to start, and puts an agent of
 * its own behind the global `fetch`: not ours to change. These paths are no
 * part of its interface, so its version is pinned.
 */
import type { Socket } from "node:net"
import type * as undici from "undici"
// @ts-expect-error Only the main module has types.
import connectFunction from "undici/lib/api/api-connect.js"
// @ts-expect-error Only the main module has types.
import connectorModule from "undici/lib/core/connect.js"
// @ts-expect-error Only the main module has types.
import errorsModule from "undici/lib/core/errors.js"
// @ts-expect-error Only the main module has types.
import clientModule from "undici/lib/dispatcher/client.js"
// @ts-expect-error Only the main module has types.
import proxyAgentModule from "undici/lib/dispatcher/env-http-proxy-agent.js"

export const Client: typeof undici.Client = clientModule

/** What makes a client's connections. That it returns the socket it has begun is more than its type says. */
export const connector: (
  options: object
) => (...given: Parameters<undici.buildConnector.connector>) => Socket = connectorModule

export const EnvHttpProxyAgent: typeof undici.EnvHttpProxyAgent = proxyAgentModule

export const errors: typeof undici.errors = errorsModule

/** The method that the main module adds to every dispatcher. */
export const connect: (
  this: undici.Dispatcher,
  options: undici.Dispatcher.ConnectOptions
) => Promise<undici.Dispatcher.ConnectData> = connectFunction
