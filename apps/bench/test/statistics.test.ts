import * as fc from "fast-check"
import { assert, describe, it } from "vitest"
import { quantile, ratio, rotated, summary } from "../report/statistics.mjs"

const numbers = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: 0, max: 1e6 }), {
  minLength: 1
})

describe("summary", () => {
  it.each([
    { values: [3], expected: { median: 3, low: 3, high: 3, rounds: 1 } },
    { values: [4, 1], expected: { median: 2.5, low: 1.75, high: 3.25, rounds: 2 } },
    { values: [10, 9, 1, 2, 3], expected: { median: 3, low: 2, high: 9, rounds: 5 } }
  ])("of $values is the median with its quartiles", ({ expected, values }) => {
    assert.deepStrictEqual(summary(values), expected)
  })

  it("is not moved by one round that went wrong", () => {
    assert.strictEqual(summary([1, 1, 1, 1, 1000]).median, 1)
  })

  it("of nothing is refused", () => {
    assert.throws(() => summary([]), RangeError)
  })

  it("lies within the values, its quartiles around its median", () => {
    fc.assert(
      fc.property(numbers, (values) => {
        const { high, low, median } = summary(values)
        assert.isAtMost(low, median)
        assert.isAtMost(median, high)
        assert.isAtLeast(low, Math.min(...values))
        assert.isAtMost(high, Math.max(...values))
      })
    )
  })
})

describe("quantile", () => {
  it.each([
    [0, 1],
    [0.5, 2.5],
    [1, 4]
  ])("%d of 1, 2, 3, 4 is %d", (fraction, expected) => {
    assert.strictEqual(quantile([1, 2, 3, 4], fraction), expected)
  })
})

describe("ratio", () => {
  it("is taken round by round: what slows both down cancels out", () => {
    assert.deepStrictEqual(ratio([1, 20, 300], [2, 40, 600]), { median: 0.5, low: 0.5, high: 0.5, rounds: 3 })
  })
})

describe("rotated", () => {
  it("lets everyone come first once in as many rounds as there are", () => {
    const firsts = [0, 1, 2, 3].map((round) => rotated(["a", "b", "c"], round)[0])
    assert.deepStrictEqual(firsts, ["a", "b", "c", "a"])
  })

  it("leaves nobody out", () => {
    assert.sameMembers([...rotated([1, 2, 3], 2)], [1, 2, 3])
  })
})
