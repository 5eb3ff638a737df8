/**
 * A web server for pages, as a site of one's own would be: a folder of files,
 * and a proxy that adds TMDB's credential to what goes to the API, so that no
 * page has to hold one. Listens on loopback only.
 */
import { createReadStream, existsSync, statSync } from "node:fs"
import { createServer } from "node:http"
import { extname, join, normalize } from "node:path"

const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".svg": "image/svg+xml; charset=utf-8",
  ".png": "image/png"
}

/** What every answer carries. A page may be kept, but is asked for again. */
const always = {
  "cache-control": "no-cache",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff"
}

/** What TMDB answers, and a page may read. */
const passedBack = ["content-type", "retry-after", "date", "x-amz-cf-id"]

/** Asks the API in the page's place. */
const forward = async ({ accessToken, apiUrl }, request, path, response) => {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const stop = new AbortController()
  response.once("close", () => stop.abort())
  try {
    const answer = await fetch(apiUrl + path, {
      method: request.method,
      headers: {
        accept: "application/json",
        authorization: `Bearer ${accessToken}`,
        ...(request.headers["content-type"] && { "content-type": request.headers["content-type"] })
      },
      redirect: "manual",
      signal: stop.signal,
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) })
    })
    const body = Buffer.from(await answer.arrayBuffer())
    const headers = passedBack.filter((name) => answer.headers.has(name))
    response
      .writeHead(answer.status, {
        ...always,
        "cache-control": "no-store",
        ...Object.fromEntries(headers.map((name) => [name, answer.headers.get(name)]))
      })
      .end(body)
  } catch {
    if (!response.headersSent) response.writeHead(502, always)
    response.end()
  }
}

const fileOf = (folder, path) => {
  const file = join(folder, normalize(path.endsWith("/") ? `${path}index.html` : path))
  return file.startsWith(folder) && existsSync(file) && statSync(file).isFile() ? file : undefined
}

/**
 * Serves a site.
 *
 * @param {object} site
 * @param {string} [site.folder] the files, below "/"
 * @param {Record<string, { type: string, body: string, headers?: Record<string, string> }>} [site.files]
 *   files that are made, by path; they win over the folder's
 * @param {{ apiUrl: string, accessToken: string }} [site.proxy] the API that "/tmdb" stands for
 * @param {Record<string, string>} [site.headers] what every page carries
 * @param {number} [site.port] the port; a free one unless given
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export const servePages = async ({ files = {}, folder, headers = {}, port = 0, proxy }) => {
  const server = createServer((request, response) => {
    const { pathname, search } = new URL(request.url ?? "/", "http://localhost")
    if (proxy !== undefined && pathname.startsWith("/tmdb/")) {
      void forward(proxy, request, pathname.slice("/tmdb".length) + search, response)
      return
    }
    const made = files[pathname]
    if (made !== undefined) {
      response.writeHead(200, { ...always, ...headers, "content-type": made.type, ...made.headers })
      response.end(made.body)
      return
    }
    const file = folder === undefined ? undefined : fileOf(folder, pathname)
    if (file === undefined) {
      response.writeHead(404, { ...always, "content-type": "text/plain" }).end("Not found")
      return
    }
    response.writeHead(200, { ...always, ...headers, "content-type": types[extname(file)] ?? "text/plain" })
    createReadStream(file).pipe(response)
  })
  await new Promise((resolve, reject) => {
    server.once("error", reject)
    server.listen(port, "127.0.0.1", resolve)
  })
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
  }
}
