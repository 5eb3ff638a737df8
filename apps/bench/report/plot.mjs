/** Draws bars with their spread, as an SVG for light and dark backgrounds. */
import { number } from "./format.mjs"

/**
 * @typedef {object} Bar
 * @property {string} label
 * @property {number} value
 * @property {number} [low]
 * @property {number} [high]
 * @property {boolean} [ours]
 */

/**
 * @typedef {object} Plot
 * @property {string} name the name of its file, without folder and extension
 * @property {string} title also says whether less or more is better
 * @property {string} unit
 * @property {ReadonlyArray<Bar>} bars
 */

const row = 30
const perLetter = 7.5
const longest = 400
const right = 110
const top = 48

const style = `
  text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2328 }
  .title { font-weight: 600; font-size: 15px }
  .value { font-variant-numeric: tabular-nums }
  .theirs { fill: #8c959f }
  .ours { fill: #0969da }
  .spread { stroke: #1f2328; stroke-width: 1.5 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .theirs { fill: #6e7681 }
    .ours { fill: #4493f8 }
    .spread { stroke: #e6edf3 }
  }`

const escaped = (/** @type {string} */ text) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")

const rounded = (/** @type {number} */ value) => Math.round(value * 10) / 10

/**
 * @param {Plot} plot
 * @returns {string}
 */
export const svg = ({ bars, title, unit }) => {
  const most = Math.max(...bars.map(({ high, value }) => high ?? value), Number.MIN_VALUE)
  const length = (/** @type {number} */ value) => rounded((value / most) * longest)
  const left = Math.ceil(Math.max(0, ...bars.map(({ label }) => label.length)) * perLetter) + 24
  const width = left + longest + right
  const height = top + bars.length * row + 8
  const drawn = bars.map(({ high, label, low, ours, value }, index) => {
    const y = top + index * row
    const middle = y + row / 2 - 4
    const whisker =
      low === undefined || high === undefined
        ? ""
        : `<line class="spread" x1="${left + length(low)}" x2="${left + length(high)}" y1="${middle}" y2="${middle}"/>`
    const end = left + length(Math.max(value, high ?? value)) + 8
    return `  <text x="${left - 10}" y="${middle + 5}" text-anchor="end"${ours ? ' font-weight="600"' : ""}>${escaped(label)}</text>
  <rect class="${ours ? "ours" : "theirs"}" x="${left}" y="${y}" width="${length(value)}" height="${row - 8}" rx="3"/>${whisker}
  <text class="value" x="${end}" y="${middle + 5}">${number(value)} ${escaped(unit)}</text>`
  })
  const told = bars.map(({ label, value }) => `${label} ${number(value)} ${unit}`).join(", ")
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title told">
  <title id="title">${escaped(title)}</title>
  <desc id="told">${escaped(told)}</desc>
  <style>${style}
  </style>
  <text class="title" x="8" y="26">${escaped(title)}</text>
${drawn.join("\n")}
</svg>
`
}
