/**
 * TMDB's authentication, offline.
 */
export * as Faults from "./Faults.js"
export * as Sandbox from "./Sandbox.js"
export { makeSandbox } from "./Sandbox.js"
