/**
 * Redirects clients that can only call TMDB's own address to a server on
 * loopback. It replaces `fetch` and Node's `https.request`, so their own code
 * stays unchanged.
 */
import http from "node:http"
import https from "node:https"

const theirs = "https://api.themoviedb.org"
const { fetch } = globalThis

/** @param {string} apiUrl the server that gets the requests to TMDB through `fetch` */
export const redirectFetch = (apiUrl) => {
  globalThis.fetch = (input, init) =>
    fetch(typeof input === "string" ? input.replace(theirs, apiUrl) : input, init)
}

/** @param {string} apiUrl the server that gets all requests through Node's `https` */
export const redirectHttps = (apiUrl) => {
  const { hostname, port } = new URL(apiUrl)
  Object.assign(https, {
    request: (/** @type {URL} */ url, /** @type {object} */ options, /** @type {() => void} */ callback) =>
      http.request({ ...options, hostname, port, path: url.pathname + url.search }, callback)
  })
}
