/** Formats a table for a terminal, and as Markdown. */

/**
 * @typedef {object} Table
 * @property {string} title
 * @property {ReadonlyArray<string>} columns the first column names the rows
 * @property {ReadonlyArray<ReadonlyArray<string>>} rows each with one cell for each column
 */

const isNumeric = (/** @type {string} */ cell) => /^[-−+]?\d/.test(cell)

const widths = (/** @type {Table} */ { columns, rows }) =>
  columns.map((column, index) => Math.max(column.length, ...rows.map((row) => (row[index] ?? "").length)))

/** For a table that is wider than the terminal: each row becomes a paragraph. */
const paragraphs = (/** @type {Table} */ { columns, rows }) => {
  const width = Math.max(...columns.slice(1).map((column) => column.length))
  return rows.flatMap(([name = "", ...cells]) => [
    name,
    ...cells.map((cell, index) => `  ${(columns[index + 1] ?? "").padEnd(width)}  ${cell}`)
  ])
}

const lines = (/** @type {Table} */ table) => {
  const all = widths(table)
  const line = (/** @type {ReadonlyArray<string>} */ cells) =>
    cells
      .map((cell, index) => {
        const width = all[index] ?? 0
        return index > 0 && isNumeric(cell) ? cell.padStart(width) : cell.padEnd(width)
      })
      .join("  ")
      .trimEnd()
  return [line(table.columns), all.map((width) => "─".repeat(width)).join("  "), ...table.rows.map(line)]
}

/**
 * @param {Table} table
 * @param {number} [columns] the width of the terminal
 * @returns {string}
 */
export const terminal = (table, columns = 120) => {
  const width = widths(table).reduce((sum, one) => sum + one + 2, -2)
  const body = width <= columns ? lines(table) : paragraphs(table)
  return [table.title, "", ...body].join("\n")
}

const escaped = (/** @type {string} */ cell) =>
  cell.replaceAll("\\", "\\\\").replaceAll("|", "\\|").replaceAll("<", "&lt;").replaceAll("\n", " ")

/**
 * @param {Table} table
 * @returns {string} the table without its title
 */
export const markdown = ({ columns, rows }) => {
  const alignment = columns.map((_, index) =>
    index > 0 && rows.every((row) => isNumeric(row[index] ?? "")) ? "---:" : "---"
  )
  return [columns, alignment, ...rows]
    .map((cells, index) => `| ${(index === 1 ? cells : cells.map(escaped)).join(" | ")} |`)
    .join("\n")
}
