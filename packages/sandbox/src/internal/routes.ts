/**
 * The one table of what the sandbox's API answers.
 */
import type { Route } from "./route.js"
import { account } from "./routes/account.js"
import { authentication } from "./routes/authentication.js"

export const routes: ReadonlyArray<Route> = [...authentication, ...account]
