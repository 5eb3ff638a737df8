/**
 * Whether a host is this machine. A request to it never reaches a network, so it
 * may be plain text and needs no proxy.
 *
 * @since 0.1.0
 */
const loopback = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/

/**
 * Whether a host, as in `URL.hostname`, is this machine: `localhost`,
 * `127.0.0.0/8`, or `[::1]` with or without the brackets. A name below
 * `localhost` is not, since a hosts file may map it to another machine.
 *
 * @example
 * import { Loopback } from "@tmdb-session/core"
 *
 * const here = Loopback.isLoopback(new URL("http://127.0.0.1:8080").hostname) // true
 *
 * @since 0.1.0
 * @category predicates
 */
export const isLoopback = (hostname: string): boolean => loopback.test(hostname)
