/** `createSession` in Node: CPU per call and calls per second, against one server that always sends the same bytes. */
import { startChild } from "../children/child.mjs"
import { clients, load } from "../clients/all.mjs"
import { credentials, sessionId } from "../clients/secrets.mjs"
import { spread } from "../report/format.mjs"
import { ratio, rotated, summary } from "../report/statistics.mjs"

const inFlights = [1, 32, 256]

/** The numbers of calls are multiples of the calls in flight. */
const full = { rounds: 11, warmUp: 2048, calls: { 1: 1200, 32: 1600, 256: 2560 } }
const quick = { rounds: 2, warmUp: 64, calls: { 1: 20, 32: 64, 256: 256 } }

/** Starts the server that always sends the same bytes. */
export const startServer = async () => {
  const child = startChild(new URL("../children/server.mjs", import.meta.url))
  const { apiUrl } = await child.ask({})
  return { apiUrl, stop: child.stop }
}

/**
 * Starts a client in a process of its own, and makes its first call.
 *
 * @param {string} name
 * @param {string} apiUrl
 * @param {ReadonlyArray<string>} [execArgv]
 */
export const startCaller = async (name, apiUrl, execArgv = []) => {
  const child = startChild(new URL("../children/caller.mjs", import.meta.url), { args: [name], execArgv })
  const first = await child.ask({ ask: "start", settings: { apiUrl, ...credentials } })
  return { child, first }
}

/** The figures of one client over all rounds, also relative to `fetch`. */
const figuresOf = ({ client, rounds }, base) => ({
  client: client.name,
  ours: client.ours === true,
  inFlight: Object.fromEntries(
    inFlights.map((inFlight) => {
      const of = (measure) => [rounds, base.rounds].map((all) => all[inFlight].map((round) => round[measure]))
      const [cpu, cpuOfFetch] = of("cpuPerCall")
      const [rate, rateOfFetch] = of("callsPerSecond")
      return [
        inFlight,
        {
          cpuMicrosecondsPerCall: summary(cpu),
          cpuOfFetch: ratio(cpu, cpuOfFetch),
          callsPerSecond: summary(rate),
          rateOfFetch: ratio(rate, rateOfFetch)
        }
      ]
    })
  )
})

const tableOf = (inFlight, figures) => ({
  title: `createSession, ${inFlight} in flight`,
  columns: ["Client", "CPU per call, µs", "of fetch's", "calls per second", "of fetch's"],
  rows: figures.map(({ client, inFlight: all }) => {
    const { callsPerSecond, cpuMicrosecondsPerCall, cpuOfFetch, rateOfFetch } = all[inFlight]
    return [
      client,
      ...[cpuMicrosecondsPerCall, cpuOfFetch, callsPerSecond, rateOfFetch].map((one) => spread(one))
    ]
  })
})

const plotOf = (inFlight, figures) => ({
  name: `node-${inFlight}`,
  title: `createSession in Node, ${inFlight} in flight: CPU per call (less is better)`,
  unit: "µs",
  bars: figures.map(({ client, inFlight: all, ours }) => {
    const { high, low, median } = all[inFlight].cpuMicrosecondsPerCall
    return { label: client, value: median, low, high, ours }
  })
})

/** @type {import("../report/page.mjs").Measurement} */
export const node = {
  name: "node",
  title: "createSession in Node",
  measure: async (run) => {
    const { calls, warmUp, ...size } = run.quick ? quick : full
    const rounds = run.rounds ?? size.rounds
    const server = await startServer()
    const contestants = []
    for (const name of Object.keys(clients)) {
      const { child, first } = await startCaller(name, server.apiUrl)
      contestants.push({ name, child, first, client: await load(name), rounds: { 1: [], 32: [], 256: [] } })
      await child.ask({ ask: "calls", count: warmUp, inFlight: 32 })
    }
    for (let round = 0; round < rounds; round += 1) {
      run.say(`round ${round + 1} of ${rounds}`)
      for (const inFlight of inFlights)
        for (const { child, rounds } of rotated(contestants, round))
          rounds[inFlight].push(await child.ask({ ask: "calls", count: calls[inFlight], inFlight }))
    }
    for (const { child } of contestants) child.stop()
    server.stop()
    const base = contestants.find(({ name }) => name === "fetch")
    const figures = contestants.map((one) => figuresOf(one, base))
    return {
      about: [
        "Each client runs in a process of its own and makes its calls over plain HTTP on loopback. One server process answers all of them with the same bytes.",
        `${rounds} rounds, the clients in turn, each round with ${inFlights.map((inFlight) => calls[inFlight]).join(", ")} calls at ${inFlights.join(", ")} in flight.`,
        "CPU is that of the client's process only, with its garbage collection and threads.",
        "moviedb-promise runs without its limit of 50 requests a second, and sends GET where the others send POST."
      ],
      tables: inFlights.map((inFlight) => tableOf(inFlight, figures)),
      plots: inFlights.map((inFlight) => plotOf(inFlight, figures)),
      checks: contestants.map(({ client, first }) => ({
        what: `${client.name} creates a session`,
        passed: first.sessionId === sessionId,
        seen: `${first.sessionId}`
      })),
      data: figures
    }
  }
}
