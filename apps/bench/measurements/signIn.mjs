/** The whole sign-in over a socket, with a thousand people at once, and the memory in use after many calls. */

import { startChild } from "../children/child.mjs"
import { clients, load } from "../clients/all.mjs"
import { count, megabytes, number, spread } from "../report/format.mjs"
import { rotated, summary } from "../report/statistics.mjs"
import { startCaller, startServer } from "./node.mjs"

const full = { people: 1000, rounds: 7, calls: 100_000, steps: 10 }
const quick = { people: 40, rounds: 1, calls: 400, steps: 2 }

/** Starts a client. One that cannot sign in to the sandbox is reported, and does not end the run. */
const startSigner = async (name, settings) => {
  const child = startChild(new URL("../children/signer.mjs", import.meta.url), { args: [name] })
  const problem = await child.ask({ ask: "start", settings }).then(
    () => undefined,
    (error) => error.message.split("\n")[0]
  )
  return { client: await load(name), child, problem, rounds: [] }
}

const signIns = async (run, { people, ...size }) => {
  const rounds = run.rounds ?? size.rounds
  const sandbox = startChild(new URL("../children/sandbox.mjs", import.meta.url))
  const settings = await sandbox.ask({})
  const contestants = []
  for (const name of Object.keys(clients)) contestants.push(await startSigner(name, settings))
  const able = contestants.filter(({ problem }) => problem === undefined)
  for (const { child } of able) await child.ask({ ask: "signIns", people: Math.ceil(people / 5) })
  for (let round = 0; round < rounds; round += 1) {
    run.say(`sign-ins, round ${round + 1} of ${rounds}`)
    for (const { child, rounds } of rotated(able, round))
      rounds.push(await child.ask({ ask: "signIns", people }))
  }
  for (const { child } of contestants) child.stop()
  sandbox.stop()
  return contestants.map(({ client, problem, rounds }) => {
    const of = (measure) =>
      problem === undefined ? summary(rounds.map((round) => round[measure])) : undefined
    return {
      client: client.name,
      ours: client.ours === true,
      problem,
      cpuMicrosecondsPerSignIn: of("cpuPerSignIn"),
      millisecondsToHalf: of("half"),
      millisecondsToLast: of("last")
    }
  })
}

/** How much the memory grows from the first calls to the last ones. */
const memory = async (run, { calls, steps }) => {
  const server = await startServer()
  const figures = []
  for (const name of Object.keys(clients)) {
    run.say(`memory of ${name}`)
    const { child } = await startCaller(name, server.apiUrl, ["--expose-gc"])
    const ask = () => child.ask({ ask: "calls", count: calls / steps, inFlight: 20 })
    await ask()
    const held = [await child.ask({ ask: "memory" })]
    for (let step = 0; step < steps; step += 1) {
      await ask()
      held.push(await child.ask({ ask: "memory" }))
    }
    child.stop()
    const first = held[0]
    const last = held.at(-1)
    const { name: client, ours = false } = await load(name)
    figures.push({
      client,
      ours,
      heapAtFirst: first.heapUsed,
      heapAtLast: last.heapUsed,
      growthPerCall: (last.heapUsed - first.heapUsed) / calls,
      residentAtLast: last.rss
    })
  }
  server.stop()
  return figures
}

const signInTable = (people, figures) => ({
  title: `${count(people)} sign-ins at once: request token, approval, session`,
  columns: ["Client", "CPU per sign-in, µs", "half are in after, ms", "all are in after, ms"],
  rows: figures.map(({ client, problem, ...figure }) =>
    problem === undefined
      ? [
          client,
          spread(figure.cpuMicrosecondsPerSignIn),
          spread(figure.millisecondsToHalf),
          spread(figure.millisecondsToLast)
        ]
      : [client, problem, "–", "–"]
  )
})

const memoryTable = (calls, figures) => ({
  title: `Memory over ${count(calls)} calls, after the garbage is collected`,
  columns: ["Client", "heap at first", "heap at last", "growth per call, bytes", "resident at last"],
  rows: figures.map(({ client, growthPerCall, heapAtFirst, heapAtLast, residentAtLast }) => [
    client,
    megabytes(heapAtFirst),
    megabytes(heapAtLast),
    number(growthPerCall),
    megabytes(residentAtLast)
  ])
})

/** @type {import("../report/page.mjs").Measurement} */
export const signIn = {
  name: "signIn",
  title: "A whole sign-in, and memory",
  measure: async (run) => {
    const size = run.quick ? quick : full
    const people = await signIns(run, size)
    const held = await memory(run, size)
    return {
      about: [
        "The sandbox runs in a process of its own and approves each request token when it is issued.",
        "Our clients run their whole sign-in. For the others, a sign-in is their two calls in sequence, with one client for each person. CPU is that of the client's process only."
      ],
      tables: [signInTable(size.people, people), memoryTable(size.calls, held)],
      plots: [
        {
          name: "sign-in",
          title: `${count(size.people)} sign-ins at once: until all are in (less is better)`,
          unit: "ms",
          bars: people
            .filter(({ problem }) => problem === undefined)
            .map(({ client, millisecondsToLast: { high, low, median }, ours }) => ({
              label: client,
              value: median,
              low,
              high,
              ours
            }))
        }
      ],
      checks: people
        .filter(({ ours }) => ours)
        .map(({ client, problem }) => ({
          what: `${client} signs in`,
          passed: problem === undefined,
          seen: problem
        })),
      data: { signIns: people, memory: held }
    }
  }
}
