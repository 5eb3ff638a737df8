/**
 * Enough of the catalogue for an app's first screens.
 *
 * @see https://developer.themoviedb.org/reference/movie-details
 */
import { failure, ok } from "../answer.js"
import type { movies, shows } from "../catalogue.js"
import { type JsonSchema, object, type Route, text } from "../route.js"
import {
  type Kind,
  movieKind,
  movieSchema,
  paged,
  pageOf,
  pageParameters,
  seriesKind,
  seriesSchema
} from "./listing.js"

const imageSizes = { type: "array", items: text }

const images = {
  base_url: "http://image.tmdb.org/t/p/",
  secure_base_url: "https://image.tmdb.org/t/p/",
  backdrop_sizes: ["w300", "w780", "w1280", "original"],
  logo_sizes: ["w45", "w92", "w154", "w185", "w300", "w500", "original"],
  poster_sizes: ["w92", "w154", "w185", "w342", "w500", "w780", "original"],
  profile_sizes: ["w45", "w185", "h632", "original"],
  still_sizes: ["w92", "w185", "w300", "original"]
}

const configuration: Route = {
  operationId: "configuration-details",
  method: "GET",
  path: "/3/configuration",
  summary: "The addresses and sizes of images",
  credential: "any",
  success: {
    status: 200,
    schema: object({
      change_keys: imageSizes,
      images: object({
        base_url: text,
        secure_base_url: text,
        backdrop_sizes: imageSizes,
        logo_sizes: imageSizes,
        poster_sizes: imageSizes,
        profile_sizes: imageSizes,
        still_sizes: imageSizes
      })
    })
  },
  otherwise: [],
  run: () => ok({ change_keys: [], images })
}

interface Shown<A> {
  readonly word: "movie" | "tv"
  readonly operation: string
  readonly parameter: string
  readonly kind: Kind<A>
  readonly schema: { readonly [name: string]: JsonSchema }
  readonly title: (item: A) => string
}

const routesOf = <A extends { readonly id: number }>(shown: Shown<A>): ReadonlyArray<Route> => [
  {
    operationId: `${shown.operation}-popular-list`,
    method: "GET",
    path: `/3/${shown.word}/popular`,
    summary: "All titles of the catalogue",
    credential: "any",
    query: pageParameters,
    success: { status: 200, schema: pageOf(object(shown.schema)) },
    otherwise: [400],
    run: (call) => paged(call, shown.kind.items)
  },
  {
    operationId: `search-${shown.word}`,
    method: "GET",
    path: `/3/search/${shown.word}`,
    summary: "The titles that contain the query",
    credential: "any",
    query: [{ name: "query", required: true, schema: text }, ...pageParameters],
    success: { status: 200, schema: pageOf(object(shown.schema)) },
    otherwise: [400],
    run: (call) => {
      const words = (call.query.get("query") ?? "").trim().toLowerCase()
      const found = shown.kind.items.filter(
        (item) => words !== "" && shown.title(item).toLowerCase().includes(words)
      )
      return paged(call, found)
    }
  },
  {
    operationId: `${shown.operation}-details`,
    method: "GET",
    path: `/3/${shown.word}/{${shown.parameter}}`,
    summary: "One title, as lists show it",
    credential: "any",
    success: { status: 200, schema: object(shown.schema) },
    otherwise: [404],
    run: (call) => {
      const item = shown.kind.items.find(
        (candidate) => String(candidate.id) === call.parameters[shown.parameter]
      )
      return item === undefined ? failure(34) : ok(item)
    }
  }
]

export const titles: ReadonlyArray<Route> = [
  configuration,
  ...routesOf<(typeof movies)[number]>({
    word: "movie",
    operation: "movie",
    parameter: "movie_id",
    kind: movieKind,
    schema: movieSchema,
    title: (item) => item.title
  }),
  ...routesOf<(typeof shows)[number]>({
    word: "tv",
    operation: "tv-series",
    parameter: "series_id",
    kind: seriesKind,
    schema: seriesSchema,
    title: (item) => item.name
  })
]
