/**
 * Signs people in to TMDB from Node: all of core, and the adapter for Node.
 *
 * @since 0.1.0
 */
export * from "@tmdb-session/core"
export * as FileSessionStore from "./FileSessionStore.js"
export * as HttpClientNode from "./HttpClientNode.js"
export * as KeyringSessionStore from "./KeyringSessionStore.js"
export * as LoopbackApproval from "./LoopbackApproval.js"
export * as PrivateFile from "./PrivateFile.js"
export { layer, layerConfig, type Options } from "./TmdbClientNode.js"
