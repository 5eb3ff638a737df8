/**
 * Rating a title, with an account or as a guest.
 *
 * @see https://developer.themoviedb.org/reference/movie-add-rating
 */
import { done, failure, ok, type Reply, validationFailed } from "../answer.js"
import { episodeKey, episodes, movieKey, movies, seriesKey, shows } from "../catalogue.js"
import {
  type Call,
  integer,
  number,
  object,
  type Payload,
  type Route,
  sessionOf,
  statusBody,
  text,
  truth,
  withPayload,
  withUser
} from "../route.js"
import type { Ratings } from "../state.js"

/** The key of the title that the path names, if that title exists. */
type Find = (call: Call) => string | undefined

const known = new Set([
  ...movies.map((movie) => movieKey(movie.id)),
  ...shows.map((show) => seriesKey(show.id)),
  ...episodes.map((episode) => episodeKey(episode.show_id, episode.season_number, episode.episode_number))
])

const find =
  (key: (parameters: Call["parameters"]) => string): Find =>
  (call) => {
    const found = key(call.parameters)
    return known.has(found) ? found : undefined
  }

const findMovie = find((parameters) => movieKey(parameters["movie_id"] ?? ""))
const findSeries = find((parameters) => seriesKey(parameters["series_id"] ?? ""))
const findEpisode = find((parameters) =>
  episodeKey(
    parameters["series_id"] ?? "",
    parameters["season_number"] ?? "",
    parameters["episode_number"] ?? ""
  )
)

const ratingsOf = (call: Call): Ratings | undefined => {
  const guest = call.query.get("guest_session_id")
  if (guest !== null) return call.state.guestSession(guest)?.ratings
  const session = sessionOf(call)
  return session === undefined ? undefined : call.state.shelf(session.user).ratings
}

const withRatings = (call: Call, find: Find, use: (ratings: Ratings, key: string) => Reply): Reply => {
  const ratings = ratingsOf(call)
  if (ratings === undefined) return failure(3)
  const key = find(call)
  return key === undefined ? failure(34) : use(ratings, key)
}

const valueOf = (payload: Payload): number | undefined => {
  const value = Number(payload["value"])
  return value >= 0.5 && value <= 10 && Number.isInteger(value * 2) ? value : undefined
}

const rate =
  (find: Find) =>
  (call: Call): Reply =>
    withPayload(call, (payload) =>
      withRatings(call, find, (ratings, key) => {
        const value = valueOf(payload)
        if (value === undefined) {
          return validationFailed(["Value must be between 0.5 and 10.0, in steps of 0.5."])
        }
        const code = ratings.has(key) ? 12 : 1
        ratings.set(key, { createdAt: call.now, value })
        return done(code, 201)
      })
    )

const unrate =
  (find: Find) =>
  (call: Call): Reply =>
    withRatings(call, find, (ratings, key) => {
      ratings.delete(key)
      return done(13)
    })

const states =
  (find: Find, id: string) =>
  (call: Call): Reply =>
    withUser(call, (user) => {
      const key = find(call)
      if (key === undefined) return failure(34)
      const shelf = call.state.shelf(user)
      const rating = shelf.ratings.get(key)
      return ok({
        id: Number(call.parameters[id]),
        favorite: shelf.favorites.has(key),
        rated: rating === undefined ? false : { value: rating.value },
        watchlist: shelf.watchlist.has(key)
      })
    })

const session = [
  { name: "session_id", schema: text },
  { name: "guest_session_id", schema: text }
]

const ratingRoutes = (operation: string, path: string, what: string, find: Find): ReadonlyArray<Route> => [
  {
    operationId: `${operation}-add-rating`,
    method: "POST",
    path: `${path}/rating`,
    summary: `Rate ${what}`,
    credential: "any",
    query: session,
    payload: object({ value: number }),
    success: { status: 201, schema: statusBody },
    otherwise: [400, 401, 404],
    run: rate(find)
  },
  {
    operationId: `${operation}-delete-rating`,
    method: "DELETE",
    path: `${path}/rating`,
    summary: `Delete the rating of ${what}`,
    credential: "any",
    query: session,
    success: { status: 200, schema: statusBody },
    otherwise: [401, 404],
    run: unrate(find)
  }
]

const stateRoute = (operation: string, path: string, what: string, find: Find, id: string): Route => ({
  operationId: `${operation}-account-states`,
  method: "GET",
  path: `${path}/account_states`,
  summary: `The account's rating, favorite and watchlist state of ${what}`,
  credential: "any",
  query: [{ name: "session_id", required: true, schema: text }],
  success: {
    status: 200,
    schema: object({
      id: integer,
      favorite: truth,
      rated: { oneOf: [{ const: false }, object({ value: number })] },
      watchlist: truth
    })
  },
  otherwise: [401, 404],
  run: states(find, id)
})

const moviePath = "/3/movie/{movie_id}"
const seriesPath = "/3/tv/{series_id}"

export const rating: ReadonlyArray<Route> = [
  ...ratingRoutes("movie", moviePath, "a film", findMovie),
  ...ratingRoutes("tv-series", seriesPath, "a show", findSeries),
  ...ratingRoutes(
    "tv-episode",
    `${seriesPath}/season/{season_number}/episode/{episode_number}`,
    "an episode",
    findEpisode
  ),
  stateRoute("movie", moviePath, "a film", findMovie, "movie_id"),
  stateRoute("tv-series", seriesPath, "a show", findSeries, "series_id")
]
