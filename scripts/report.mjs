/** What a run of vitest left in its report. */
import { existsSync, readFileSync } from "node:fs"

/**
 * A file that did not load has no tests to count, and failed all the same; a
 * skipped test is one that did not run.
 *
 * @param {string} file the report, in JSON
 * @returns {{ readonly passed: number, readonly failed: number, readonly problem: string | undefined }}
 */
export const count = (file) => {
  const none = { passed: 0, failed: 1, problem: `${file}: no test ran` }
  if (!existsSync(file)) return none
  const report = JSON.parse(readFileSync(file, "utf8"))
  const broken = report.testResults.filter(
    (each) => each.status === "failed" && !each.assertionResults.some((test) => test.status === "failed")
  ).length
  if (report.numTotalTests === 0 && broken === 0) return none
  const skipped = report.numPendingTests + report.numTodoTests
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken + skipped,
    problem: skipped === 0 ? undefined : `${file}: ${skipped} tests were skipped`
  }
}

/**
 * Prints the problems and, as the last line, the sum of the counts. The process
 * fails when a test failed, and when none ran.
 *
 * @param {ReadonlyArray<ReturnType<typeof count>>} counts
 */
export const summarize = (counts) => {
  for (const { problem } of counts) if (problem !== undefined) console.error(problem)
  const total = (name) => counts.reduce((sum, one) => sum + one[name], 0)
  console.log(`${total("passed")} passed, ${total("failed")} failed`)
  process.exitCode = total("failed") === 0 && total("passed") > 0 ? 0 : 1
}
