/**
 * Sign-ins by the thousand: how fast, and whether memory stays flat. A tenth of
 * the load in every test run, all of it with `npm run soak`.
 */
import { Agent, request } from "node:http"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { describe, expect, it } from "vitest"
import { makeSandbox, type Sandbox } from "../src/index.js"
import { listen } from "../src/node.js"
import { API } from "./client.js"

const SHARE = process.env["SOAK"] === "1" ? 1 : 0.1
const IN_PROCESS = 100_000 * SHARE
const OVER_SOCKET = 10_000 * SHARE
const CALLS = 3
/** Milliseconds: minutes, since other work may have the machine. */
const LIMIT = 1_800_000 * SHARE

setFlagsFromString("--expose-gc")
const collectGarbage: () => void = runInNewContext("gc")

const heapUsed = (): number => {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

type Send = (method: string, path: string, body?: object) => Promise<Record<string, string>>

const signInAndOut = async (sandbox: Sandbox.Service, send: Send) => {
  const { request_token = "" } = await send("GET", "/3/authentication/token/new")
  sandbox.approve(request_token)
  const { session_id } = await send("POST", "/3/authentication/session/new", { request_token })
  expect(session_id).toHaveLength(40)
  await send("DELETE", "/3/authentication/session", { session_id })
}

const MEGABYTE = 1024 * 1024

/** Runs the load in tenths and tells what the last nine of them left behind. */
const measure = async (name: string, count: number, run: (part: number) => Promise<void>) => {
  await run(count / 10)
  const before = heapUsed()
  const start = performance.now()
  const usage = process.cpuUsage()
  for (let part = 0; part < 9; part++) await run(count / 10)
  const seconds = (performance.now() - start) / 1000
  const { system, user } = process.cpuUsage(usage)
  const grown = (heapUsed() - before) / MEGABYTE
  const per = (time: number) => Math.round((count * 0.9 * CALLS) / time)
  // Of the processor's time, too, which other work on the machine does not change.
  process.stdout.write(
    `${name}: ${count} sign-ins, ${per(seconds)} calls/s, ${per((system + user) / 1e6)} calls per processor second, heap ${grown.toFixed(1)} MB more\n`
  )
  return grown
}

describe("a load of sign-ins", () => {
  it(
    "in process leaves memory flat",
    async () => {
      const sandbox = makeSandbox()
      const headers = { authorization: `Bearer ${sandbox.accessToken}`, "content-type": "application/json" }
      const send: Send = async (method, path, body) => {
        const response = await sandbox.fetch(`${API}${path}`, {
          method,
          headers,
          ...(body === undefined ? {} : { body: JSON.stringify(body) })
        })
        return (await response.json()) as Record<string, string>
      }
      const grown = await measure("in process", IN_PROCESS, async (count) => {
        for (let index = 0; index < count; index++) await signInAndOut(sandbox, send)
      })
      expect(grown).toBeLessThan(5)
      expect(sandbox.inspect().held).toMatchObject({ requestTokens: 0, sessions: 0 })
    },
    LIMIT
  )

  it(
    "over a socket leaves memory flat",
    async () => {
      const sandbox = await listen()
      const agent = new Agent({ keepAlive: true, maxSockets: 16 })
      const headers = { authorization: `Bearer ${sandbox.accessToken}`, "content-type": "application/json" }
      const send: Send = (method, path, body) =>
        new Promise((resolve, reject) => {
          const text = body === undefined ? "" : JSON.stringify(body)
          const length = { "content-length": String(text.length) }
          const outgoing = request(`${sandbox.apiUrl}${path}`, {
            agent,
            method,
            headers: { ...headers, ...length }
          })
          outgoing.on("error", reject)
          outgoing.on("response", async (response) => {
            let received = ""
            for await (const chunk of response.setEncoding("utf8")) received += chunk
            resolve(JSON.parse(received))
          })
          outgoing.end(text)
        })
      const grown = await measure("over a socket", OVER_SOCKET, async (count) => {
        const each = Array.from({ length: 16 }, async (_, lane) => {
          for (let index = lane; index < count; index += 16) await signInAndOut(sandbox, send)
        })
        await Promise.all(each)
      })
      agent.destroy()
      await sandbox.close()
      expect(grown).toBeLessThan(5)
      expect(sandbox.inspect().held).toMatchObject({ requestTokens: 0, sessions: 0 })
    },
    LIMIT
  )

  it(
    "that no one finishes leaves nothing behind either",
    async () => {
      /** At ten a second: a token is held until the hour is full, so the one issued an hour ago is gone. */
      const TOKENS_IN_AN_HOUR = 36_000
      let now = 0
      const sandbox = makeSandbox({ now: () => now })
      const headers = { authorization: `Bearer ${sandbox.accessToken}` }
      const issue = async (count: number) => {
        for (let index = 0; index < count; index++) {
          now += 100
          await sandbox.fetch(`${API}/3/authentication/token/new`, { headers })
        }
      }
      const held = () => sandbox.inspect().held.requestTokens
      await issue(TOKENS_IN_AN_HOUR)
      const before = heapUsed()
      await issue(1_000_000 * SHARE - TOKENS_IN_AN_HOUR)
      // Before looking at what is held, which drops what has expired.
      const grown = (heapUsed() - before) / MEGABYTE
      process.stdout.write(`unfinished: ${1_000_000 * SHARE} tokens, heap ${grown.toFixed(1)} MB more\n`)
      expect(grown).toBeLessThan(5)
      expect(held()).toBe(TOKENS_IN_AN_HOUR)
      now += 3_600_000
      expect(held()).toBe(0)
    },
    LIMIT
  )
})
