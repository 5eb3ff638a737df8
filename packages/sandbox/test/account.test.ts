/**
 * What someone who is signed in sees on an app's first screens.
 */
import { describe, expect, it } from "vitest"
import { makeSandbox } from "../src/index.js"
import { clientOf } from "./client.js"

const signedIn = () => {
  const sandbox = makeSandbox()
  const { call } = clientOf(sandbox)
  const session = `session_id=${sandbox.createSession()}`
  return { sandbox, call, session }
}

const guest = async () => {
  const { call } = clientOf(makeSandbox())
  const id: string = (await call("GET", "/3/authentication/guest_session/new")).json().guest_session_id
  return { call, id }
}

describe("rating a title", () => {
  it("is kept, listed, changed and taken back", async () => {
    const { call, session } = signedIn()
    const rate = (value: unknown) => call("POST", `/3/movie/550/rating?${session}`, { body: { value } })
    const rated = async () => (await call("GET", `/3/account/1/rated/movies?${session}`)).json()

    expect(await rate(8.5)).toMatchObject({ status: 201, body: expect.stringContaining('"status_code":1,') })
    expect(await rate("9")).toMatchObject({ status: 201, body: expect.stringContaining('"status_code":12,') })
    expect(await rated()).toMatchObject({ page: 1, total_results: 1, results: [{ id: 550, rating: 9 }] })
    expect((await call("GET", `/3/movie/550/account_states?${session}`)).body).toBe(
      '{"id":550,"favorite":false,"rated":{"value":9},"watchlist":false}'
    )
    const taken = await call("DELETE", `/3/movie/550/rating?${session}`)
    expect(taken.body).toBe(
      '{"success":true,"status_code":13,"status_message":"The item/record was deleted successfully."}'
    )
    expect(await rated()).toMatchObject({ results: [], total_pages: 1, total_results: 0 })
  })

  it.each([0, 10.5, 7.3, "much", null])("is no rating when it is %j", async (value) => {
    const { call, session } = signedIn()
    const answered = await call("POST", `/3/movie/550/rating?${session}`, { body: { value } })
    expect(answered).toMatchObject({ status: 400 })
    expect(answered.json()).toMatchObject({ success: false, status_code: 18, errors: [expect.any(String)] })
  })

  it("takes a session, a title that exists, and JSON", async () => {
    const { call, session } = signedIn()
    const rate = (path: string, body: unknown = { value: 8 }) => call("POST", path, { body })
    expect((await rate("/3/movie/550/rating")).json().status_code).toBe(3)
    expect((await rate(`/3/movie/1/rating?${session}`)).json().status_code).toBe(34)
    const text = { body: '{"value":8}', headers: { "content-type": "text/plain" } }
    expect((await call("POST", `/3/movie/550/rating?${session}`, text)).json().status_code).toBe(5)
  })

  it("works for shows and episodes", async () => {
    const { call, session } = signedIn()
    await call("POST", `/3/tv/1396/rating?${session}`, { body: { value: 8 } })
    await call("POST", `/3/tv/1396/season/1/episode/2/rating?${session}`, { body: { value: 7 } })
    expect((await call("GET", `/3/account/1/rated/tv?${session}`)).json().results).toMatchObject([
      { id: 1396, rating: 8 }
    ])
    expect((await call("GET", `/3/account/1/rated/tv/episodes?${session}`)).json().results).toMatchObject([
      { show_id: 1396, episode_number: 2, rating: 7 }
    ])
  })
})

describe("a guest", () => {
  it("rates, and sees it listed in the order asked for", async () => {
    const { call, id } = await guest()
    for (const movie of [551, 550]) {
      await call("POST", `/3/movie/${movie}/rating?guest_session_id=${id}`, { body: { value: 8.5 } })
    }
    const listed = async (query: string) =>
      (await call("GET", `/3/guest_session/${id}/rated/movies${query}`))
        .json()
        .results.map((movie: { id: number }) => movie.id)
    expect(await listed("")).toEqual([551, 550])
    expect(await listed("?sort_by=created_at.desc")).toEqual([550, 551])
    expect(await listed("?page=2")).toEqual([])
    expect((await call("GET", `/3/guest_session/${id}/rated/movies?page=0`)).json().status_code).toBe(22)
  })

  it("who has rated nothing is not found, or whatever else is wanted", async () => {
    const { call, id } = await guest()
    expect((await call("GET", `/3/guest_session/${id}/rated/tv`)).json().status_code).toBe(34)
    for (const [guestWithoutRatings, status] of [
      [11, 500],
      ["empty", 200]
    ] as const) {
      const other = clientOf(makeSandbox({ unknowns: { guestWithoutRatings } }))
      const { guest_session_id } = (await other.call("GET", "/3/authentication/guest_session/new")).json()
      expect((await other.call("GET", `/3/guest_session/${guest_session_id}/rated/tv/episodes`)).status).toBe(
        status
      )
    }
  })
})

describe("favourites and the watchlist", () => {
  it.each([
    ["favorite", "favorite/movies"],
    ["watchlist", "watchlist/movies"]
  ])("take a title and let it go: %s", async (flag, listing) => {
    const { call, session } = signedIn()
    const put = (wanted: unknown, media_id = 550) =>
      call("POST", `/3/account/1/${flag}?${session}`, {
        body: { media_type: "movie", media_id, [flag]: wanted }
      })
    const listed = async () => (await call("GET", `/3/account/1/${listing}?${session}`)).json().total_results
    expect(await put(true)).toMatchObject({ status: 201, body: expect.stringContaining('"status_code":1,') })
    expect(await put(true)).toMatchObject({ status: 201, body: expect.stringContaining('"status_code":12,') })
    expect(await listed()).toBe(1)
    expect(await put(false)).toMatchObject({
      status: 200,
      body: expect.stringContaining('"status_code":13,')
    })
    expect(await listed()).toBe(0)
    expect((await put("yes")).json().status_code).toBe(5)
    expect((await put(true, 1)).json().status_code).toBe(34)
  })

  it("are each person's own", async () => {
    const sandbox = makeSandbox({ users: [{ username: "ada" }, { username: "grace" }] })
    const { call } = clientOf(sandbox)
    const [ada, grace] = [sandbox.createSession("ada"), sandbox.createSession("grace")]
    await call("POST", `/3/account/1/favorite?session_id=${ada}`, {
      body: { media_type: "tv", media_id: 1396, favorite: true }
    })
    const count = async (session: string) =>
      (await call("GET", `/3/account/1/favorite/tv?session_id=${session}`)).json().total_results
    expect([await count(ada), await count(grace)]).toEqual([1, 0])
  })
})

describe("the catalogue", () => {
  it("is listed, searched and opened", async () => {
    const { call } = signedIn()
    const popular = (await call("GET", "/3/movie/popular")).json()
    expect(popular.total_results).toBe(popular.results.length)
    const [first] = popular.results
    const search = await call("GET", `/3/search/movie?query=${encodeURIComponent(first.title.toUpperCase())}`)
    expect(search.json().results).toEqual([first])
    expect((await call("GET", "/3/search/movie?query=")).json().results).toEqual([])
    expect((await call("GET", `/3/movie/${first.id}`)).json()).toEqual(first)
    expect((await call("GET", "/3/tv/1396")).json().name).toBeTypeOf("string")
    expect((await call("GET", "/3/configuration")).json().images.secure_base_url).toMatch(/^https:/)
  })
})

describe("v4", () => {
  const granted = async () => {
    const sandbox = makeSandbox({ users: [{ username: "ada" }, { username: "grace" }] })
    const { call, exchangeV4, requestTokenV4 } = clientOf(sandbox)
    const grant = async (username: string) => {
      const token = await requestTokenV4()
      sandbox.approve(token, username)
      const { access_token, account_id } = (await exchangeV4(token)).json()
      return { bearer: access_token as string, account: account_id as string }
    }
    return { sandbox, call, ada: await grant("ada"), grace: await grant("grace") }
  }

  it("makes, fills, shows, changes and removes a list", async () => {
    const { ada, call } = await granted()
    const { bearer } = ada
    const made = await call("POST", "/4/list", { bearer, body: { name: "Late nights", public: true } })
    expect(made.status).toBe(201)
    const path = `/4/list/${made.json().id}`
    const items = [
      { media_type: "movie", media_id: 550 },
      { media_type: "tv", media_id: 1396 },
      { media_type: "movie", media_id: 1 }
    ]
    const added = await call("POST", `${path}/items`, { bearer, body: { items } })
    expect(added.json().results.map((item: { success: boolean }) => item.success)).toEqual([
      true,
      true,
      false
    ])
    expect((await call("GET", `${path}/item_status?media_type=tv&media_id=1396`)).json().success).toBe(true)
    await call("DELETE", `${path}/items`, { bearer, body: { items: items.slice(0, 1) } })
    await call("PUT", path, { bearer, body: { description: "For when sleep does not come" } })
    expect((await call("GET", path)).json()).toMatchObject({
      name: "Late nights",
      description: "For when sleep does not come",
      results: [{ id: 1396, media_type: "tv" }]
    })
    expect((await call("GET", `/4/account/${ada.account}/lists`, { bearer })).json().total_results).toBe(1)
    expect((await call("DELETE", path, { bearer })).json().status_code).toBe(13)
    expect((await call("GET", path)).json().status_code).toBe(34)
  })

  it("lets only the owner write, and read what is private", async () => {
    const { ada, call, grace, sandbox } = await granted()
    const body = { name: "Mine", public: false }
    expect((await call("POST", "/4/list", { body })).json().status_code).toBe(36)
    const path = `/4/list/${(await call("POST", "/4/list", { bearer: ada.bearer, body })).json().id}`
    expect((await call("GET", path)).json().status_code).toBe(39)
    expect((await call("GET", path, { bearer: grace.bearer })).json().status_code).toBe(39)
    expect((await call("GET", path, { bearer: ada.bearer })).status).toBe(200)
    expect((await call("DELETE", path, { bearer: grace.bearer })).json().status_code).toBe(38)
    await call("PUT", path, { bearer: ada.bearer, body: { public: true } })
    expect((await call("GET", `${path}?api_key=${sandbox.apiKey}`, { bearer: null })).status).toBe(200)
  })

  it("shows what someone collected by v3, to that person", async () => {
    const { ada, call, grace } = await granted()
    const converted = await call("POST", "/3/authentication/session/convert/4", {
      body: { access_token: ada.bearer }
    })
    const session = `session_id=${converted.json().session_id}`
    await call("POST", `/3/movie/552/rating?${session}`, { body: { value: 10 } })
    const path = `/4/account/${ada.account}/movie/rated`
    expect((await call("GET", path, { bearer: ada.bearer })).json().results).toMatchObject([
      { id: 552, account_rating: { value: 10 } }
    ])
    expect((await call("GET", path, { bearer: grace.bearer })).json().status_code).toBe(39)
  })
})
