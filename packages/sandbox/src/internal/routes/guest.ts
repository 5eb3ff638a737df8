/**
 * The ratings of a guest session.
 *
 * @see https://developer.themoviedb.org/reference/guest-session-rated-movies
 */
import { failure, type Reply } from "../answer.js"
import { type Call, type JsonSchema, object, type Route } from "../route.js"
import {
  entriesOf,
  episodeKind,
  episodeSchema,
  type Kind,
  movieKind,
  movieSchema,
  paged,
  pageOf,
  rated,
  seriesKind,
  seriesSchema,
  sortedPageParameters,
  withRating
} from "./listing.js"

const ratedBy =
  <A extends object>(kind: Kind<A>) =>
  (call: Call): Reply => {
    const guest = call.state.guestSession(call.parameters["guest_session_id"] ?? "")
    if (guest === undefined) return failure(34)
    const items = entriesOf(call, kind, guest.ratings, withRating)
    const empty = call.unknowns.guestWithoutRatings
    return items.length === 0 && empty !== "empty" ? failure(empty) : paged(call, items)
  }

const route = <A extends object>(
  operationId: string,
  what: string,
  kind: Kind<A>,
  schema: { readonly [name: string]: JsonSchema }
): Route => ({
  operationId,
  method: "GET",
  path: `/3/guest_session/{guest_session_id}/rated/${what}`,
  summary: `The rated ${what} of a guest session`,
  credential: "any",
  query: sortedPageParameters,
  success: { status: 200, schema: pageOf(object(rated(schema))) },
  otherwise: [400, 404, 500],
  run: ratedBy(kind)
})

export const guest: ReadonlyArray<Route> = [
  route("guest-session-rated-movies", "movies", movieKind, movieSchema),
  route("guest-session-rated-tv", "tv", seriesKind, seriesSchema),
  route("guest-session-rated-tv-episodes", "tv/episodes", episodeKind, episodeSchema)
]
