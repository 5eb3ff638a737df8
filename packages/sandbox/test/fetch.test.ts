/**
 * The sandbox as a `fetch`: what is handed to a client must behave like the
 * platform's own.
 */
import { describe, expect, it } from "vitest"
import { makeSandbox } from "../src/index.js"
import { API } from "./client.js"

const url = (apiKey: string, path = "/3/authentication") => `${API}${path}?api_key=${apiKey}`

describe("fetch", () => {
  it("can be handed over detached, and answers every host", async () => {
    const { apiKey, fetch } = makeSandbox()
    for (const host of [API, "https://api.tmdb.org", "http://127.0.0.1:1"]) {
      const answered = await fetch(`${host}/3/authentication?api_key=${apiKey}`)
      expect(await answered.json()).toEqual({ success: true })
      expect(answered.url).toBe(`${host}/3/authentication?api_key=${apiKey}`)
    }
  })

  it.each([
    ["text", () => '{"request_token":"x"}'],
    ["bytes", () => new TextEncoder().encode('{"request_token":"x"}')],
    ["a buffer", () => new TextEncoder().encode('{"request_token":"x"}').buffer as ArrayBuffer],
    ["a blob", () => new Blob(['{"request_token":"x"}'])]
  ])("takes %s for a body", async (_, body) => {
    const { apiKey, fetch } = makeSandbox()
    const answered = await fetch(url(apiKey, "/3/authentication/session/new"), {
      method: "post",
      headers: [["Content-Type", "application/json"]],
      body: body()
    })
    expect(((await answered.json()) as { status_code: number }).status_code).toBe(17)
  })

  it("takes a Request, with its headers, body and signal", async () => {
    const { accessToken, fetch } = makeSandbox()
    const init = {
      method: "POST",
      headers: { authorization: `Bearer ${accessToken}`, "content-type": "application/json" },
      body: '{"request_token":"x"}'
    }
    const path = `${API}/3/authentication/session/new`
    expect(
      ((await (await fetch(new Request(path, init))).json()) as { status_code: number }).status_code
    ).toBe(17)
    const aborted = new Request(path, { ...init, signal: AbortSignal.abort(new Error("enough")) })
    await expect(fetch(aborted)).rejects.toThrow("enough")
  })

  it("rejects with the signal's reason, and counts nothing then", async () => {
    const { apiKey, fetch, inspect } = makeSandbox()
    await expect(fetch(url(apiKey), { signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow(
      "enough"
    )
    expect(inspect().requests).toEqual({})
  })

  it("rejects what no fetch would send", async () => {
    const { apiKey, fetch } = makeSandbox()
    await expect(fetch("/3/authentication")).rejects.toBeInstanceOf(TypeError)
    await expect(fetch(url(apiKey), { method: "GET", body: "x" })).rejects.toBeInstanceOf(TypeError)
  })

  it("answers HEAD without a body", async () => {
    const { apiKey, fetch } = makeSandbox()
    const answered = await fetch(url(apiKey), { method: "HEAD" })
    expect([answered.status, await answered.text()]).toEqual([200, ""])
  })

  it("gives what was compressed by no one: a client's fetch has undone it", async () => {
    const { apiKey, fetch } = makeSandbox()
    const answered = await fetch(url(apiKey), { headers: { "accept-encoding": "gzip, br" } })
    expect(answered.headers.has("content-encoding")).toBe(false)
    expect(await answered.json()).toEqual({ success: true })
  })

  it("follows a redirect without the credential when it leads to another origin", async () => {
    const { accessToken, faults, fetch } = makeSandbox()
    const headers = { authorization: `Bearer ${accessToken}` }
    faults.add({ fault: "redirect", location: "https://elsewhere.example/3/authentication" })
    expect((await fetch(`${API}/3/authentication`, { headers })).status).toBe(401)
    faults.add({ fault: "redirect", location: "/3/authentication" })
    const posted = { method: "POST", headers: { ...headers, "content-type": "application/json" }, body: "{}" }
    expect((await fetch(`${API}/3/authentication/session/new`, posted)).status).toBe(200)
  })

  it("gives up on a redirect that never ends, or that leaves the web", async () => {
    const { apiKey, faults, fetch } = makeSandbox()
    faults.add({ fault: "redirect", location: "/3/authentication", times: "always" })
    await expect(fetch(url(apiKey))).rejects.toThrow("fetch failed")
    faults.clear()
    faults.add({ fault: "redirect", location: "myapp://x" })
    await expect(fetch(url(apiKey))).rejects.toThrow("fetch failed")
  })
})

describe("a sandbox in process", () => {
  it("is made by the thousand, and leaves nothing running", async () => {
    const running = () =>
      process
        .getActiveResourcesInfo()
        .filter((kind) => kind !== "MessagePort")
        .sort()
    const before = running()
    for (let count = 0; count < 2000; count++) {
      const { apiKey, fetch } = makeSandbox()
      expect((await fetch(url(apiKey))).status).toBe(200)
    }
    expect(running()).toEqual(before)
  })

  it("keeps no timer once an answer that was held back is given up", async () => {
    const { apiKey, faults, fetch } = makeSandbox()
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length
    const before = timers()
    faults.add({ fault: "slowAnswer", delay: "1 hour" })
    const controller = new AbortController()
    const held = fetch(url(apiKey), { signal: controller.signal })
    controller.abort(new Error("enough"))
    await expect(held).rejects.toThrow("enough")
    expect(timers()).toBe(before)
  })
})

describe("the headers of May 2026", () => {
  it("can be had instead of those of December 2025", async () => {
    const now = makeSandbox()
    const later = makeSandbox({ edition: "2026-05" })
    expect((await now.fetch(url(now.apiKey))).headers.get("cache-control")).toBe("public, max-age=0")
    const { headers } = await later.fetch(url(later.apiKey))
    expect(headers.get("cache-control")).toBe("max-age=0, private")
    expect(headers.get("x-gateway-cache-status")).toBe("MISS")
  })
})
