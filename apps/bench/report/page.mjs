/** The page that a run writes into the documents. */
import { markdown } from "./table.mjs"

/**
 * One thing that must hold.
 *
 * @typedef {object} Check
 * @property {string} what
 * @property {boolean} passed
 * @property {string} [seen] what was seen
 */

/**
 * The result of a measurement.
 *
 * @typedef {object} Result
 * @property {ReadonlyArray<string>} about how it was measured, in sentences
 * @property {ReadonlyArray<import("./table.mjs").Table>} tables
 * @property {ReadonlyArray<import("./plot.mjs").Plot>} plots
 * @property {ReadonlyArray<Check>} checks
 * @property {unknown} data the same, for programs
 */

/**
 * The options of a run.
 *
 * @typedef {object} Run
 * @property {boolean} quick
 * @property {number} [rounds] how many rounds, instead of a measurement's own number
 * @property {(what: string) => void} say reports progress
 */

/**
 * @typedef {object} Measurement
 * @property {string} name
 * @property {string} title
 * @property {(run: Run) => Promise<Result>} measure
 */

/**
 * @typedef {object} Surroundings
 * @property {string} date
 * @property {string} commit
 * @property {string} command
 * @property {string} machine
 * @property {string} system
 * @property {string} node
 * @property {string} load
 * @property {Readonly<Record<string, string>>} versions
 */

const section = (/** @type {string} */ title, /** @type {Result} */ { about, plots, tables }) => [
  `## ${title}`,
  about.join(" "),
  ...plots.map(({ name, title }) => `![${title}](images/bench-${name}.svg)`),
  ...tables.flatMap((table) => [`**${table.title}**`, markdown(table)])
]

/**
 * @param {Surroundings} surroundings
 * @param {ReadonlyArray<{ readonly title: string, readonly result: Result }>} sections
 * @returns {string}
 */
export const page = (surroundings, sections) => {
  const { command, commit, date, load, machine, node, system, versions } = surroundings
  const about = {
    title: "",
    columns: ["", ""],
    rows: [
      ["Date", date],
      ["Commit", commit],
      ["Command", command],
      ["Machine", machine],
      ["System", system],
      ["Node", node],
      ["Load when it started", load],
      ...Object.entries(versions)
    ]
  }
  return `${[
    "# Measured",
    `Written by \`${command}\`. Times differ between machines and between hours, so read the ratios, which are taken within a round. A figure with brackets is a median with its quartiles. Our own bars are blue.`,
    markdown(about),
    ...sections.flatMap(({ result, title }) => section(title, result))
  ].join("\n\n")}\n`
}
