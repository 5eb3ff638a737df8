/**
 * TMDB's authentication as Effects with typed errors.
 *
 * @since 0.1.0
 */
export * as Account from "./Account.js"
export * as Approval from "./Approval.js"
export * as Authentication from "./Authentication.js"
export { createSession } from "./Authentication.js"
export * as Callback from "./Callback.js"
export * as Credentials from "./Credentials.js"
export * as Delivery from "./Delivery.js"
export * as Endpoint from "./Endpoint.js"
export * as Loopback from "./Loopback.js"
export * as Metrics from "./Metrics.js"
export * as PromiseClient from "./PromiseClient.js"
export * as SessionStore from "./SessionStore.js"
export * as SignIn from "./SignIn.js"
export { signIn } from "./SignIn.js"
export * as StatusCode from "./StatusCode.js"
export * as TmdbClient from "./TmdbClient.js"
export * as TmdbError from "./TmdbError.js"
