/** The return page. It contains no part of the request. */
import { createHash } from "node:crypto"

export type Page = "approved" | "denied" | "stale"

const texts: Readonly<Record<Page, { readonly title: string; readonly text: string }>> = {
  approved: {
    title: "Approved",
    text: "You can close this page and go back to the app, which is signing you in to TMDB."
  },
  denied: {
    title: "Not signed in",
    text: "You denied the request. You can close this page. If that was a mistake, start again in the app."
  },
  stale: {
    title: "Nothing to do here",
    text: "This page belongs to a sign-in that has ended, or to another one. Go back to the app. If you are not signed in there, start again."
  }
}

const style = `:root{color-scheme:light dark}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:#f4f6f8;color:#0d253f;font:1.0625rem/1.5 system-ui,sans-serif}
main{max-width:26rem;margin:1.5rem;padding:2.5rem;border-radius:1rem;background:#fff;box-shadow:0 1px 2px #0d253f1a,0 8px 32px #0d253f14}
h1{margin:0 0 .5rem;font-size:1.5rem;line-height:1.25}
p{margin:0}
h1::before{content:"";display:block;width:2.5rem;height:.375rem;margin-bottom:1.5rem;border-radius:.1875rem;background:#8a96a3}
.approved h1::before{background:#1c9b6c}
.denied h1::before{background:#c6463b}
@media (prefers-color-scheme:dark){body{background:#0b1622;color:#e6edf3}main{background:#13202e;box-shadow:none}}`

const hash = (text: string): string => createHash("sha256").update(text).digest("base64")

export const html = (page: Page): string => {
  const { text, title } = texts[page]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${style}</style>
</head>
<body><main class="${page}"><h1>${title}</h1><p>${text}</p></main></body>
</html>
`
}

/** The headers allow the page its one style, and forbid everything else. */
export const headers = (): Readonly<Record<string, string>> => ({
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  connection: "close",
  "content-security-policy": `default-src 'none'; style-src 'sha256-${hash(style)}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff"
})
