/**
 * TMDB's lists: in pages, sorted by when entries were added, with the rating
 * that the person gave.
 */
import { failure, ok, type Reply } from "../answer.js"
import {
  type Episode,
  episodeKey,
  episodes,
  type Movie,
  movieKey,
  movies,
  type Series,
  seriesKey,
  shows
} from "../catalogue.js"
import { type Call, integer, type JsonSchema, number, object, text, textOrNull, truth } from "../route.js"
import type { Entry, Ratings } from "../state.js"

const PAGE_LENGTH = 20

export const pageParameters = [
  { name: "language", schema: { type: "string", default: "en-US" } },
  { name: "page", schema: { type: "integer", minimum: 1, maximum: 500, default: 1 } }
]

export const sortedPageParameters = [
  ...pageParameters,
  {
    name: "sort_by",
    schema: { type: "string", enum: ["created_at.asc", "created_at.desc"], default: "created_at.asc" }
  }
]

/** A page of a list, or code 22 if the page number is not valid. */
export const paged = <A>(call: Call, items: ReadonlyArray<A>): Reply => {
  const asked = call.query.get("page") ?? "1"
  const page = Number(asked)
  if (!/^\d+$/.test(asked) || page < 1 || page > 500) return failure(22)
  return ok({
    page,
    results: items.slice((page - 1) * PAGE_LENGTH, page * PAGE_LENGTH),
    total_pages: Math.max(1, Math.ceil(items.length / PAGE_LENGTH)),
    total_results: items.length
  })
}

export interface Kind<A> {
  readonly items: ReadonlyArray<A>
  readonly key: (item: A) => string
}

export const movieKind: Kind<Movie> = { items: movies, key: (item) => movieKey(item.id) }
export const seriesKind: Kind<Series> = { items: shows, key: (item) => seriesKey(item.id) }
export const episodeKind: Kind<Episode> = {
  items: episodes,
  key: (item) => episodeKey(item.show_id, item.season_number, item.episode_number)
}

/** The entries of one kind, the oldest first unless `sort_by` asks for the newest first. */
export const entriesOf = <A extends object, B extends object>(
  call: Call,
  kind: Kind<A>,
  entries: Ratings,
  show: (item: A, entry: Entry) => B
): ReadonlyArray<B> => {
  const byKey = new Map(kind.items.map((item) => [kind.key(item), item]))
  const listed: Array<B> = []
  for (const [key, entry] of entries) {
    const item = byKey.get(key)
    if (item !== undefined) listed.push(show(item, entry))
  }
  return call.query.get("sort_by") === "created_at.desc" ? listed.reverse() : listed
}

export const plain = <A extends object>(item: A): A => item
export const withRating = <A extends object>(item: A, entry: Entry) => ({ ...item, rating: entry.value })

const shared = {
  id: integer,
  overview: text,
  vote_average: number,
  vote_count: integer
}

const titled = {
  adult: truth,
  backdrop_path: textOrNull,
  genre_ids: { type: "array", items: integer },
  original_language: text,
  popularity: number,
  poster_path: textOrNull,
  ...shared
}

export const movieSchema: { readonly [name: string]: JsonSchema } = {
  ...titled,
  original_title: text,
  release_date: text,
  title: text,
  video: truth
}

export const seriesSchema: { readonly [name: string]: JsonSchema } = {
  ...titled,
  origin_country: { type: "array", items: text },
  original_name: text,
  first_air_date: text,
  name: text
}

export const episodeSchema: { readonly [name: string]: JsonSchema } = {
  ...shared,
  air_date: text,
  episode_number: integer,
  name: text,
  production_code: text,
  runtime: integer,
  season_number: integer,
  show_id: integer,
  still_path: textOrNull
}

export const rated = (properties: { readonly [name: string]: JsonSchema }) => ({
  ...properties,
  rating: number
})

export const pageOf = (item: JsonSchema): JsonSchema =>
  object({
    page: integer,
    results: { type: "array", items: item },
    total_pages: integer,
    total_results: integer
  })
