/** A web server for the pages that a browser opens. */
export { servePages } from "../../../scripts/pages.mjs"
