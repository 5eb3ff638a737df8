/**
 * Leads the clients that know only TMDB's own address to a server on loopback:
 * below them, at `fetch` and at Node's `https`, so that their code stays theirs.
 */
import http from "node:http"
import https from "node:https"

const theirs = "https://api.themoviedb.org"
const { fetch } = globalThis

/** @param {string} apiUrl where requests go that `fetch` is asked to make to TMDB */
export const redirectFetch = (apiUrl) => {
  globalThis.fetch = (input, init) =>
    fetch(typeof input === "string" ? input.replace(theirs, apiUrl) : input, init)
}

/** @param {string} apiUrl where requests go that Node's `https` is asked to make */
export const redirectHttps = (apiUrl) => {
  const { hostname, port } = new URL(apiUrl)
  Object.assign(https, {
    request: (/** @type {URL} */ url, /** @type {object} */ options, /** @type {() => void} */ callback) =>
      http.request({ ...options, hostname, port, path: url.pathname + url.search }, callback)
  })
}
