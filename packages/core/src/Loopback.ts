/**
 * Whether a host is this machine. What is sent there never reaches a network,
 * so it may be plain text and needs no proxy.
 *
 * @since 0.1.0
 */
const loopback = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/

/**
 * Whether a host is this machine, by its name or address as `URL.hostname` has
 * it: `localhost`, `127.0.0.0/8` or `[::1]`, also without the brackets. A name
 * below `localhost` is not: it may be anybody's, by a line in the hosts file.
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
