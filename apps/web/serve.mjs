/** Serves the built page with a sandbox in place of TMDB, for the demonstration and the tests. */
import { fileURLToPath } from "node:url"
import { listen } from "@tmdb-session/sandbox/node"
import { servePages } from "../../scripts/pages.mjs"

const folder = fileURLToPath(new URL("dist", import.meta.url))

/** The headers that a `meta` element cannot replace. */
const headers = {
  "content-security-policy": "frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin-allow-popups"
}

/** Draws a picture for a user of the sandbox, since Gravatar has none. */
const picture = (hash) => {
  const hue = Number.parseInt(hash.slice(0, 4), 16) % 360
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 72 72"><rect width="72" height="72" fill="hsl(${hue} 45% 42%)"/><circle cx="36" cy="28" r="13" fill="hsl(${hue} 60% 88%)"/><path d="M10 72a26 26 0 0 1 52 0z" fill="hsl(${hue} 60% 88%)"/></svg>`
}

/**
 * Serves the page and a sandbox, both on loopback.
 *
 * @param {{ port?: number, users?: ReadonlyArray<{ username: string, name?: string }> }} options
 */
export const serveDemo = async ({ port = 0, users }) => {
  const sandbox = await listen(users === undefined ? {} : { users })
  const json = "application/json; charset=utf-8"
  const settings = { apiUrl: "/tmdb", webUrl: sandbox.webUrl, gravatarUrl: "/pictures/{hash}.svg" }
  const files = { "/settings.json": { type: json, body: JSON.stringify(settings) } }
  for (const { gravatarHash } of sandbox.users) {
    files[`/pictures/${gravatarHash}.svg`] = { type: "image/svg+xml", body: picture(gravatarHash) }
  }
  try {
    const { accessToken, apiUrl } = sandbox
    const site = await servePages({ folder, files, headers, port, proxy: { accessToken, apiUrl } })
    return { url: site.url, sandbox, close: () => Promise.all([site.close(), sandbox.close()]) }
  } catch (error) {
    await sandbox.close()
    throw error
  }
}
