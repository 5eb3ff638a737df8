/**
 * The table of the API calls that the sandbox answers.
 */
import type { Route } from "./route.js"
import { account } from "./routes/account.js"
import { authentication } from "./routes/authentication.js"
import { guest } from "./routes/guest.js"
import { lists } from "./routes/lists.js"
import { rating } from "./routes/rating.js"
import { titles } from "./routes/titles.js"

export const routes: ReadonlyArray<Route> = [
  ...authentication,
  ...account,
  ...guest,
  ...titles,
  ...rating,
  ...lists
]
