/**
 * `npm run record`: runs `npm start` and draws the terminal for the README, as
 * it was, line by line; only that no pause is longer than a second.
 */
import { once } from "node:events"
import { mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { createInterface } from "node:readline"
import { run, start } from "./processes.mjs"
import { root } from "./setUp.mjs"

const file = join(root, "docs/images/terminal.svg")
const columns = 100
/** In milliseconds. */
const longestPause = 1_000
const [characterWidth, lineHeight, margin, bar] = [8.4, 20, 18, 34]

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")

/** Long lines go on in the next one, as in a terminal. */
const wrapped = ({ at, text }) => {
  const parts = text.match(new RegExp(`.{1,${columns}}`, "g")) ?? [""]
  return parts.map((part) => ({ at, text: part, kind: kindOf(text) }))
}

const kindOf = (text) => {
  if (text.startsWith("$ ")) return "command"
  return text.startsWith("  (") ? "person" : "output"
}

const drawn = ({ at, kind, text }, index) =>
  `<text class="${kind}" x="${margin}" y="${bar + margin + index * lineHeight}" style="animation-delay:${at}ms" xml:space="preserve">${escaped(text)}</text>`

const picture = (lines) => {
  const width = Math.ceil(columns * characterWidth + 2 * margin)
  const height = bar + margin + lines.length * lineHeight + margin / 2
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" role="img" aria-labelledby="title">
<title id="title">A terminal: tmdb-session signs in against a sandbox, shows whose session it is, and signs out</title>
<style>
text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; fill: #d7dce2 }
.command { fill: #7ee2a8; font-weight: 600 }
.person { fill: #f2c66d }
@media (prefers-reduced-motion: no-preference) { text { animation: appear 120ms both } }
@keyframes appear { from { opacity: 0 } }
</style>
<rect width="100%" height="100%" rx="10" fill="#12161c"/>
<g fill="#3a414b"><circle cx="20" cy="18" r="6"/><circle cx="40" cy="18" r="6"/><circle cx="60" cy="18" r="6"/></g>
${lines.map(drawn).join("\n")}
</svg>
`
}

// So that what is recorded begins with the command, and not with a build.
await run("npm", ["start"], { cwd: root, env: process.env })

const child = start("npm", ["start", "--silent"], { cwd: root, env: { ...process.env, NO_COLOR: "1" } })
child.stderr.resume()
const lines = []
const ended = once(child, "exit")
let before = Date.now()
let at = 0
for await (const text of createInterface({ input: child.stdout })) {
  at += Math.min(Date.now() - before, longestPause)
  before = Date.now()
  lines.push({ at, text })
}
const [code] = await ended
if (code !== 0) throw new Error(`npm start ended with exit code ${code}: nothing was drawn`)
mkdirSync(dirname(file), { recursive: true })
writeFileSync(file, picture(lines.flatMap(wrapped)))
console.log(`Drew ${lines.length} lines of a real run`)
