/**
 * v4: a user's account and lists, read and changed with the user's access token.
 *
 * @see https://developer.themoviedb.org/v4/reference/list-details
 */

import type { User } from "../../User.js"
import { done, failure, ok, type Reply, validationFailed } from "../answer.js"
import { movies, shows } from "../catalogue.js"
import { expiryTime } from "../clock.js"
import {
  type Call,
  integer,
  type JsonSchema,
  number,
  object,
  type Payload,
  type Route,
  statusBody,
  succeeded,
  text,
  truth,
  withPayload
} from "../route.js"
import type { Entry, List, Shelf } from "../state.js"
import { statusMessage } from "../statusCode.js"
import {
  entriesOf,
  type Kind,
  movieKind,
  movieSchema,
  paged,
  pageOf,
  pageParameters,
  plain,
  seriesKind,
  seriesSchema,
  sortedPageParameters
} from "./listing.js"

const MOST_ITEMS = 100

const granteeOf = (call: Call): User | undefined =>
  call.bearer === undefined ? undefined : call.state.accessTokens.get(call.bearer)?.user

/** Writing needs a user's access token. The read access token is refused. */
const withWriter = (call: Call, use: (user: User) => Reply): Reply => {
  const user = granteeOf(call)
  return user === undefined ? failure(36) : use(user)
}

const withAccount = (call: Call, use: (user: User) => Reply): Reply => {
  const user = granteeOf(call)
  return user === undefined || user.accountId !== call.parameters["account_object_id"]
    ? failure(39)
    : use(user)
}

const withList = (call: Call, use: (list: List) => Reply): Reply => {
  const list = call.state.lists.get(call.parameters["list_id"] ?? "")
  return list === undefined ? failure(34) : use(list)
}

const withOwnList = (call: Call, use: (list: List) => Reply): Reply =>
  withWriter(call, (user) => withList(call, (list) => (list.owner === user ? use(list) : failure(38))))

const withReadableList = (call: Call, use: (list: List) => Reply): Reply =>
  withList(call, (list) => (list.public || list.owner === granteeOf(call) ? use(list) : failure(39)))

const textOr = (value: unknown, otherwise: string) => (typeof value === "string" ? value : otherwise)
const truthOr = (value: unknown, otherwise: boolean) => (typeof value === "boolean" ? value : otherwise)

const createList = (call: Call): Reply =>
  withPayload(call, (payload) =>
    withWriter(call, (user) => {
      const name = textOr(payload["name"], "")
      if (name === "") return validationFailed(["Name must be provided."])
      const list = call.state.createList(user, {
        name,
        description: textOr(payload["description"], ""),
        language: textOr(payload["iso_639_1"], "en"),
        country: textOr(payload["iso_3166_1"], "US"),
        public: truthOr(payload["public"], true)
      })
      return ok(
        {
          status_message: "The item/record was created successfully.",
          id: list.id,
          success: true,
          status_code: 1
        },
        { status: 201 }
      )
    })
  )

const updateList = (call: Call): Reply =>
  withPayload(call, (payload) =>
    withOwnList(call, (list) => {
      list.name = textOr(payload["name"], list.name)
      list.description = textOr(payload["description"], list.description)
      list.public = truthOr(payload["public"], list.public)
      return done(12)
    })
  )

const deleteList = (call: Call): Reply =>
  withOwnList(call, (list) => {
    call.state.lists.delete(String(list.id))
    return done(13)
  })

const itemsOf = (list: List): ReadonlyArray<object> =>
  [...list.items.values()].map(({ id, type }) => ({
    ...(type === "movie" ? movies : shows).find((title) => title.id === id),
    media_type: type
  }))

const listDetails = (call: Call): Reply =>
  withReadableList(call, (list) => {
    const items = itemsOf(list)
    return ok({
      average_rating: 0,
      backdrop_path: null,
      results: items,
      comments: {},
      created_by: {
        gravatar_hash: list.owner.gravatarHash,
        id: list.owner.accountId,
        name: list.owner.name,
        username: list.owner.username
      },
      description: list.description,
      id: list.id,
      iso_3166_1: list.country,
      iso_639_1: list.language,
      item_count: items.length,
      name: list.name,
      object_ids: {},
      page: 1,
      poster_path: null,
      public: list.public,
      revenue: 0,
      runtime: 0,
      sort_by: "original_order.asc",
      total_pages: 1,
      total_results: items.length
    })
  })

type Item = { readonly media_type: unknown; readonly media_id: unknown }

const titleOf = (item: Item): { type: "movie" | "tv"; id: number } | undefined => {
  const type = item.media_type
  if (type !== "movie" && type !== "tv") return undefined
  const id = Number(item.media_id)
  return (type === "movie" ? movies : shows).some((title) => title.id === id) ? { type, id } : undefined
}

/** TMDB reports on each item of the request, in the same order. */
const changeItems =
  (change: (list: List, key: string, title: { type: "movie" | "tv"; id: number }) => boolean) =>
  (call: Call): Reply =>
    withPayload(call, (payload: Payload) =>
      withOwnList(call, (list) => {
        const items = payload["items"]
        if (!Array.isArray(items) || items.length > MOST_ITEMS) return failure(5)
        const results = items.map((given: unknown) => {
          const item = (typeof given === "object" && given !== null ? given : {}) as Item
          const title = titleOf(item)
          const success = title !== undefined && change(list, `${title.type}/${title.id}`, title)
          return { media_id: item.media_id ?? null, media_type: item.media_type ?? null, success }
        })
        return ok({ status_message: statusMessage(1), results, success: true, status_code: 1 })
      })
    )

const addItems = changeItems((list, key, title) => {
  if (list.items.has(key)) return false
  list.items.set(key, title)
  return true
})

const removeItems = changeItems((list, key) => list.items.delete(key))

const itemStatus = (call: Call): Reply =>
  withReadableList(call, (list) => {
    const type = call.query.get("media_type")
    const id = call.query.get("media_id")
    if (!list.items.has(`${type}/${id}`)) return failure(34)
    return ok({
      media_type: type,
      success: true,
      status_message: statusMessage(1),
      id: list.id,
      media_id: Number(id),
      status_code: 1
    })
  })

const accountLists = (call: Call): Reply =>
  withAccount(call, (user) =>
    paged(
      call,
      call.state.listsOf(user).map((list) => ({
        account_object_id: user.accountId,
        adult: 0,
        average_rating: 0,
        backdrop_path: null,
        created_at: list.createdAt,
        description: list.description,
        featured: 0,
        id: list.id,
        iso_3166_1: list.country,
        iso_639_1: list.language,
        name: list.name,
        number_of_items: list.items.size,
        public: list.public ? 1 : 0,
        updated_at: list.createdAt
      }))
    )
  )

const withAccountRating = <A extends object>(item: A, entry: Entry) => ({
  ...item,
  account_rating: { created_at: expiryTime(entry.createdAt), value: entry.value }
})

const collectionRoute = <A extends object, B extends object>(
  path: string,
  shelf: keyof Shelf,
  kind: Kind<A>,
  show: (item: A, entry: Entry) => B,
  schema: { readonly [name: string]: JsonSchema }
): Route => ({
  operationId: `v4-account-${path.replaceAll("/", "-")}`,
  method: "GET",
  path: `/4/account/{account_object_id}/${path}`,
  summary: `The account's ${path}`,
  credential: "bearer",
  query: sortedPageParameters,
  success: { status: 200, schema: pageOf(object(schema)) },
  otherwise: [400, 401],
  run: (call) =>
    withAccount(call, (user) => paged(call, entriesOf(call, kind, call.state.shelf(user)[shelf], show)))
})

const accountRating = { account_rating: object({ created_at: text, value: number }) }
const items = object({ items: { type: "array", items: object({ media_type: text, media_id: integer }) } })
const itemResults = object({
  status_message: text,
  results: { type: "array", items: object({ success: truth }) },
  success: succeeded,
  status_code: integer
})
const listFields = { description: text, iso_639_1: text, iso_3166_1: text, public: truth }

export const lists: ReadonlyArray<Route> = [
  {
    operationId: "account-lists-v4",
    method: "GET",
    path: "/4/account/{account_object_id}/lists",
    summary: "The account's lists",
    credential: "bearer",
    query: pageParameters,
    success: { status: 200, schema: pageOf(object({ id: integer, name: text, number_of_items: integer })) },
    otherwise: [400, 401],
    run: accountLists
  },
  collectionRoute("movie/favorites", "favorites", movieKind, plain, movieSchema),
  collectionRoute("tv/favorites", "favorites", seriesKind, plain, seriesSchema),
  collectionRoute("movie/watchlist", "watchlist", movieKind, plain, movieSchema),
  collectionRoute("tv/watchlist", "watchlist", seriesKind, plain, seriesSchema),
  collectionRoute("movie/rated", "ratings", movieKind, withAccountRating, {
    ...movieSchema,
    ...accountRating
  }),
  collectionRoute("tv/rated", "ratings", seriesKind, withAccountRating, {
    ...seriesSchema,
    ...accountRating
  }),
  {
    operationId: "list-create",
    method: "POST",
    path: "/4/list",
    summary: "Create a list",
    credential: "bearer",
    payload: object({ name: text, ...listFields }, ["name"]),
    success: {
      status: 201,
      schema: object({ status_message: text, id: integer, success: succeeded, status_code: integer })
    },
    otherwise: [400, 401],
    run: createList
  },
  {
    operationId: "list-details",
    method: "GET",
    path: "/4/list/{list_id}",
    summary: "A list and its titles",
    credential: "any",
    success: {
      status: 200,
      schema: object({
        id: integer,
        name: text,
        results: { type: "array" },
        public: truth,
        item_count: integer
      })
    },
    otherwise: [401, 404],
    run: listDetails
  },
  {
    operationId: "list-update",
    method: "PUT",
    path: "/4/list/{list_id}",
    summary: "Change a list",
    credential: "bearer",
    payload: object({ name: text, ...listFields }, []),
    success: { status: 201, schema: statusBody },
    otherwise: [400, 401, 404],
    run: updateList
  },
  {
    operationId: "list-delete",
    method: "DELETE",
    path: "/4/list/{list_id}",
    summary: "Delete a list",
    credential: "bearer",
    success: { status: 200, schema: statusBody },
    otherwise: [401, 404],
    run: deleteList
  },
  {
    operationId: "list-add-items",
    method: "POST",
    path: "/4/list/{list_id}/items",
    summary: "Add titles to a list",
    credential: "bearer",
    payload: items,
    success: { status: 200, schema: itemResults },
    otherwise: [400, 401, 404],
    run: addItems
  },
  {
    operationId: "list-remove-items",
    method: "DELETE",
    path: "/4/list/{list_id}/items",
    summary: "Remove titles from a list",
    credential: "bearer",
    payload: items,
    success: { status: 200, schema: itemResults },
    otherwise: [400, 401, 404],
    run: removeItems
  },
  {
    operationId: "list-item-status",
    method: "GET",
    path: "/4/list/{list_id}/item_status",
    summary: "Whether a title is on a list",
    credential: "any",
    query: [
      { name: "media_type", required: true, schema: text },
      { name: "media_id", required: true, schema: integer }
    ],
    success: { status: 200, schema: statusBody },
    otherwise: [401, 404],
    run: itemStatus
  }
]
