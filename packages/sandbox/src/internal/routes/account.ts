/**
 * The account of a session: its details, favorites, watchlist, ratings and lists.
 *
 * @see https://developer.themoviedb.org/reference/account-details
 */
import { done, failure, ok, type Reply } from "../answer.js"
import { movieKey, movies, seriesKey, shows } from "../catalogue.js"
import {
  type Call,
  integer,
  type JsonSchema,
  object,
  type Payload,
  type Route,
  statusBody,
  text,
  textOrNull,
  truth,
  withPayload,
  withUser
} from "../route.js"
import type { Entry, Shelf } from "../state.js"
import {
  entriesOf,
  episodeKind,
  episodeSchema,
  type Kind,
  movieKind,
  movieSchema,
  paged,
  pageOf,
  plain,
  rated,
  seriesKind,
  seriesSchema,
  sortedPageParameters,
  withRating
} from "./listing.js"

const session = [{ name: "session_id", required: true, schema: text }]

const detailsSchema = object({
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

const detailsRoute = {
  method: "GET",
  credential: "any",
  query: session,
  success: { status: 200, schema: detailsSchema },
  otherwise: [401],
  run: details
} as const

const collectionRoute = <A extends object, B extends object>(
  path: string,
  shelf: keyof Shelf,
  kind: Kind<A>,
  show: (item: A, entry: Entry) => B,
  schema: { readonly [name: string]: JsonSchema }
): Route => ({
  operationId: `account-${path.replaceAll("/", "-")}`,
  method: "GET",
  path: `/3/account/{account_id}/${path}`,
  summary: `The account's ${path}`,
  credential: "any",
  query: [...session, ...sortedPageParameters],
  success: { status: 200, schema: pageOf(object(schema)) },
  otherwise: [400, 401],
  run: (call) =>
    withUser(call, (user) => paged(call, entriesOf(call, kind, call.state.shelf(user)[shelf], show)))
})

const titleOf = (payload: Payload): string | undefined => {
  const { media_type: type, media_id: id } = payload
  if (type === "movie" && movies.some((movie) => movie.id === id)) return movieKey(id as number)
  if (type === "tv" && shows.some((show) => show.id === id)) return seriesKey(id as number)
  return undefined
}

const collect =
  (shelf: "favorites" | "watchlist", flag: "favorite" | "watchlist") =>
  (call: Call): Reply =>
    withPayload(call, (payload) =>
      withUser(call, (user) => {
        const wanted = payload[flag]
        if (typeof wanted !== "boolean") return failure(5)
        const key = titleOf(payload)
        if (key === undefined) return failure(34)
        const entries = call.state.shelf(user)[shelf]
        if (!wanted) {
          entries.delete(key)
          return done(13)
        }
        const code = entries.has(key) ? 12 : 1
        if (code === 1) entries.set(key, { createdAt: call.now, value: 0 })
        return done(code, 201)
      })
    )

const collectRoute = (shelf: "favorites" | "watchlist", flag: "favorite" | "watchlist"): Route => ({
  operationId: `account-add-${flag}`,
  method: "POST",
  path: `/3/account/{account_id}/${flag}`,
  summary: `Add a title to the ${shelf} (201), or remove it (200)`,
  credential: "any",
  query: session,
  payload: object({
    media_type: { type: "string", enum: ["movie", "tv"] },
    media_id: integer,
    [flag]: truth
  }),
  success: { status: 201, schema: statusBody },
  otherwise: [200, 400, 401, 404],
  run: collect(shelf, flag)
})

const lists: Route = {
  operationId: "account-lists",
  method: "GET",
  path: "/3/account/{account_id}/lists",
  summary: "The account's lists",
  credential: "any",
  query: [...session, ...sortedPageParameters],
  success: {
    status: 200,
    schema: pageOf(
      object({
        description: text,
        favorite_count: integer,
        id: integer,
        item_count: integer,
        iso_639_1: text,
        list_type: text,
        name: text,
        poster_path: textOrNull
      })
    )
  },
  otherwise: [400, 401],
  run: (call) =>
    withUser(call, (user) =>
      paged(
        call,
        call.state.listsOf(user).map((list) => ({
          description: list.description,
          favorite_count: 0,
          id: list.id,
          item_count: list.items.size,
          iso_639_1: list.language,
          list_type: "movie",
          name: list.name,
          poster_path: null
        }))
      )
    )
}

export const account: ReadonlyArray<Route> = [
  {
    ...detailsRoute,
    operationId: "account-details-by-session",
    path: "/3/account",
    summary: "The account of the session"
  },
  {
    ...detailsRoute,
    operationId: "account-details",
    path: "/3/account/{account_id}",
    summary: "The same under the documented path: the session decides, not the id"
  },
  collectionRoute("favorite/movies", "favorites", movieKind, plain, movieSchema),
  collectionRoute("favorite/tv", "favorites", seriesKind, plain, seriesSchema),
  collectionRoute("watchlist/movies", "watchlist", movieKind, plain, movieSchema),
  collectionRoute("watchlist/tv", "watchlist", seriesKind, plain, seriesSchema),
  collectionRoute("rated/movies", "ratings", movieKind, withRating, rated(movieSchema)),
  collectionRoute("rated/tv", "ratings", seriesKind, withRating, rated(seriesSchema)),
  collectionRoute("rated/tv/episodes", "ratings", episodeKind, withRating, rated(episodeSchema)),
  collectRoute("favorites", "favorite"),
  collectRoute("watchlist", "watchlist"),
  lists
]
