/**
 * Whose session it is.
 *
 * @see https://developer.themoviedb.org/reference/account-details
 */
import { ok, type Reply } from "../answer.js"
import { type Call, integer, object, type Route, text, textOrNull, truth, withUser } from "../route.js"

const schema = object({
  avatar: object({ gravatar: object({ hash: text }), tmdb: object({ avatar_path: textOrNull }) }),
  id: integer,
  iso_639_1: text,
  iso_3166_1: text,
  name: text,
  include_adult: truth,
  username: text
})

const details = (call: Call): Reply =>
  withUser(call, (user) =>
    ok(
      {
        avatar: { gravatar: { hash: user.gravatarHash }, tmdb: { avatar_path: user.avatarPath } },
        id: user.id,
        iso_639_1: user.language,
        iso_3166_1: user.country,
        name: user.name,
        include_adult: user.includeAdult,
        username: user.username
      },
      { cached: true }
    )
  )

const shared = {
  method: "GET",
  credential: "any",
  query: [{ name: "session_id", required: true, schema: text }],
  success: { status: 200, schema },
  failures: [401],
  run: details
} as const

export const account: ReadonlyArray<Route> = [
  {
    ...shared,
    operationId: "account-details-by-session",
    path: "/3/account",
    summary: "Whose session it is"
  },
  {
    ...shared,
    operationId: "account-details",
    path: "/3/account/{account_id}",
    summary: "The same under the documented path; the session decides, not the id"
  }
]
