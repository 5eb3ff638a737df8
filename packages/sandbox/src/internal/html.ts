/**
 * The layout of the pages of the sandbox's site. They need no script, and nobody
 * can mistake them for TMDB's own.
 */

import { sha256 } from "@noble/hashes/sha2.js"
import type { Answer, HeaderList } from "./answer.js"

const STYLE = `
:root { color-scheme: light dark; --ink: #17202a; --paper: #fff; --edge: #5d6d7e; --note: #fff3cd; --note-ink: #4a3800 }
@media (prefers-color-scheme: dark) { :root { --ink: #f2f4f4; --paper: #17202a; --edge: #aeb6bf; --note: #4a3800; --note-ink: #fff3cd } }
body { margin: 0; font: 1.0625rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper) }
header { padding: .75rem 1.25rem; background: var(--note); color: var(--note-ink) }
header p { margin: 0 }
main { max-width: 34rem; margin: 0 auto; padding: 1.5rem 1.25rem }
h1 { font-size: 1.5rem; line-height: 1.25 }
label { display: block; margin: 1rem 0 .25rem; font-weight: 600 }
input { box-sizing: border-box; width: 100%; padding: .5rem; font: inherit; color: inherit; background: transparent; border: 1px solid var(--edge); border-radius: .25rem }
button { margin: 1.25rem .5rem 0 0; padding: .5rem 1.5rem; font: inherit; font-weight: 600; color: inherit; background: transparent; border: 2px solid currentColor; border-radius: .25rem; cursor: pointer }
.problem { padding: .5rem .75rem; border-left: .25rem solid #c0392b }
.target { overflow-wrap: anywhere }
:focus-visible { outline: 3px solid #2e86c1; outline-offset: 2px }
`

const escapes: { readonly [character: string]: string } = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;"
}

export const escapeHtml = (value: string): string =>
  value.replace(/[&<>"']/g, (found) => escapes[found] ?? "")

let styleSource: string | undefined

/** The style is inline. The policy allows only its digest, so no other style can be injected. */
const styleDigest = (): string => {
  styleSource ??= `'sha256-${btoa(String.fromCharCode(...sha256(STYLE)))}'`
  return styleSource
}

export interface Page {
  readonly status: number
  readonly title: string
  /** HTML, already escaped. */
  readonly content: string
  /** Where a form of the page may lead, besides the sandbox itself. */
  readonly formTarget?: string | undefined
  readonly headers?: HeaderList
}

const policy = (formTarget: string | undefined): string =>
  [
    "default-src 'none'",
    `style-src ${styleDigest()}`,
    "img-src data:",
    `form-action 'self'${formTarget === undefined ? "" : ` ${formTarget}`}`,
    "base-uri 'none'",
    "frame-ancestors 'none'"
  ].join("; ")

const document = (page: Page): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>${page.title} · TMDB sandbox</title>
<style>${STYLE}</style>
</head>
<body>
<header><p><strong>This is a sandbox.</strong> It stands in for TMDB in tests and is not themoviedb.org: do not type a real password here.</p></header>
<main>
<h1>${page.title}</h1>
${page.content}
</main>
</body>
</html>
`

/** The headers of every answer of the site, page or redirect. */
export const siteHeaders: HeaderList = [
  ["Cache-Control", "no-store"],
  ["Referrer-Policy", "no-referrer"],
  ["X-Content-Type-Options", "nosniff"],
  ["X-Frame-Options", "DENY"]
]

export const renderPage = (page: Page): Answer => ({
  status: page.status,
  headers: [
    ["Content-Type", "text/html; charset=utf-8"],
    ["Content-Security-Policy", policy(page.formTarget)],
    ...siteHeaders,
    ...(page.headers ?? [])
  ],
  body: document(page)
})
