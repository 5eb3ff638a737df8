/**
 * Signs people in to TMDB from a web page: all of core, and the adapter for
 * browsers.
 *
 * @since 0.1.0
 */
export * from "@tmdb-session/core"
export * as HttpClientBrowser from "./HttpClientBrowser.js"
export * as PopupApproval from "./PopupApproval.js"
export * as RedirectApproval from "./RedirectApproval.js"
export { layer, type Options } from "./TmdbClientBrowser.js"
export * as WebSessionStore from "./WebSessionStore.js"
