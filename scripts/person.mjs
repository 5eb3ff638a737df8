/**
 * A person who approves in a browser, reduced to its requests: it fetches the
 * approval page, posts the form, and follows the redirects to the app.
 */

const unescape = (text) =>
  text
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&")

const attribute = (tag, name) => {
  const found = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)
  return found === null ? undefined : unescape(found[1])
}

const read = async (response, what) => {
  const text = await response.text()
  if (response.ok) return text
  throw new Error(`${what} answered HTTP ${response.status}`)
}

/**
 * Opens an approval page and presses its button.
 *
 * @param {string} url the approval URL
 * @param {"allow" | "deny"} [decision] the button to press
 * @returns {Promise<string>} the HTML of the last page
 */
export const decide = async (url, decision = "allow") => {
  const page = await read(await fetch(url), "The approval page")
  const form = /<form[^>]*>/.exec(page)?.[0]
  if (form === undefined) throw new Error("The approval page has no form")
  const fields = new URLSearchParams()
  for (const [input] of page.matchAll(/<input[^>]*>/g)) {
    fields.set(attribute(input, "name") ?? "", attribute(input, "value") ?? "")
  }
  const button = [...page.matchAll(/<button[^>]*>/g)]
    .map(([tag]) => tag)
    .find((tag) => attribute(tag, "value") === decision)
  if (button === undefined) throw new Error(`The approval page has no button to ${decision}`)
  fields.set(attribute(button, "name") ?? "", decision)
  const action = new URL(attribute(form, "action") ?? url, url)
  return read(await fetch(action, { method: "POST", body: fields }), "Where the approval leads")
}
