import { assert, describe, it } from "vitest"
import { kilobytes, number, spread } from "../report/format.mjs"
import { page } from "../report/page.mjs"
import { svg } from "../report/plot.mjs"
import { markdown, terminal } from "../report/table.mjs"

const table = {
  title: "Calls",
  columns: ["Client", "calls per second"],
  rows: [
    ["fetch", "812"],
    ["a | b <c>", "9,001"]
  ]
}

describe("number", () => {
  it.each([
    [0.1234, "0.12"],
    [12.345, "12.3"],
    [1234.5, "1,235"]
  ])("%d is written as %s", (value, expected) => {
    assert.strictEqual(number(value), expected)
  })
})

describe("spread", () => {
  it("shows the quartiles of many rounds", () => {
    assert.strictEqual(spread({ median: 2, low: 1, high: 3, rounds: 5 }, "×"), "2.00 × (1.00–3.00)")
  })

  it("shows none where there was one round", () => {
    assert.strictEqual(spread({ median: 2, low: 2, high: 2, rounds: 1 }), "2.00")
  })
})

describe("a table on the terminal", () => {
  it("has lines, with numbers to the right", () => {
    assert.strictEqual(
      terminal(table, 80),
      [
        "Calls",
        "",
        "Client     calls per second",
        "─────────  ────────────────",
        "fetch                   812",
        "a | b <c>             9,001"
      ].join("\n")
    )
  })

  it("becomes paragraphs where the terminal is too narrow for lines", () => {
    assert.strictEqual(
      terminal(table, 20),
      ["Calls", "", "fetch", "  calls per second  812", "a | b <c>", "  calls per second  9,001"].join("\n")
    )
  })
})

describe("a table in Markdown", () => {
  it("keeps a cell's own signs from being taken for Markdown's", () => {
    assert.strictEqual(
      markdown(table),
      [
        "| Client | calls per second |",
        "| --- | ---: |",
        "| fetch | 812 |",
        "| a \\| b &lt;c> | 9,001 |"
      ].join("\n")
    )
  })
})

describe("a plot", () => {
  const plot = {
    name: "cpu",
    title: "CPU & more <less is better>",
    unit: "µs",
    bars: [
      { label: "ours", value: 50, low: 40, high: 60, ours: true },
      { label: "fetch", value: 100, low: 90, high: 120 }
    ]
  }
  const drawn = svg(plot)

  it("draws a bar for each, as long as its value, ours apart", () => {
    const [ours, theirs] = [...drawn.matchAll(/<rect class="(\w+)"[^>]* width="([\d.]+)"/g)]
    assert.deepStrictEqual([ours?.[1], theirs?.[1]], ["ours", "theirs"])
    assert.closeTo(Number(theirs?.[2]) / Number(ours?.[2]), 2, 0.01)
  })

  it("draws the spread of each", () => {
    assert.strictEqual(drawn.match(/<line class="spread"/g)?.length, 2)
  })

  it("stays within its own width", () => {
    const width = Number(/ width="(\d+)"/.exec(drawn)?.[1])
    for (const [, end] of drawn.matchAll(/ x2="([\d.]+)"/g)) assert.isBelow(Number(end), width)
  })

  it("leaves room for the longest name", () => {
    const long = svg({ ...plot, bars: [{ label: "a".repeat(60), value: 1 }] })
    const end = Number(/<text x="([\d.]+)"[^>]* text-anchor="end"/.exec(long)?.[1])
    assert.isAbove(end, 60 * 7)
  })

  it("is readable on dark as on light, and told to those who cannot see it", () => {
    assert.include(drawn, "prefers-color-scheme: dark")
    assert.include(drawn, '<desc id="told">ours 50.0 µs, fetch 100 µs</desc>')
  })

  it("writes no text that is taken for a tag", () => {
    assert.include(drawn, "CPU &amp; more &lt;less is better&gt;")
  })
})

describe("the page", () => {
  const surroundings = {
    date: "2026-11-24",
    commit: "abc1234",
    command: "npm run bench",
    machine: "a machine, 2 cores",
    system: "Linux",
    node: "v20.20.2",
    load: "0.10",
    versions: { undici: "7.30.2" }
  }
  const result = {
    about: ["How it was done."],
    tables: [table],
    plots: [{ name: "cpu", title: "CPU", unit: "µs", bars: [] }],
    checks: [],
    data: null
  }
  const written = page(surroundings, [{ title: "In Node", result }])

  it.each([
    ["the date", "| Date | 2026-11-24 |"],
    ["the machine", "| Machine | a machine, 2 cores |"],
    ["the versions", "| undici | 7.30.2 |"],
    ["the command", "`npm run bench`"],
    ["how it was done", "How it was done."],
    ["its plots", "![CPU](images/bench-cpu.svg)"],
    ["its tables", "| fetch | 812 |"]
  ])("holds %s", (_, expected) => {
    assert.include(written, expected)
  })
})

describe("kilobytes", () => {
  it("are thousands of bytes, as registries count", () => {
    assert.strictEqual(kilobytes(10_000), "10.0 kB")
  })
})
