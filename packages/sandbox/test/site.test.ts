/**
 * The pages where a person approves, as a browser without a script sees them.
 */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { makeSandbox, type Sandbox } from "../src/index.js"
import { clientOf, WEB } from "./client.js"

const visitor = (sandbox: Sandbox.Service) => {
  const open = (path: string) => sandbox.fetch(`${WEB}${path}`, { redirect: "manual" })
  const post = (path: string, fields: Record<string, string>) =>
    sandbox.fetch(`${WEB}${path}`, { method: "POST", body: new URLSearchParams(fields), redirect: "manual" })
  return { open, post }
}

const start = async (options: Sandbox.Options = {}) => {
  const sandbox = makeSandbox(options)
  const client = clientOf(sandbox)
  const token = await client.requestToken()
  return { sandbox, token, ...client, ...visitor(sandbox) }
}

const redirectTo = (address: string) => `?redirect_to=${encodeURIComponent(address)}`

const unescaped = (text: string) =>
  text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&")

/** The form of a page as a browser would send it when nothing is filled in. */
const formOf = (html: string) => {
  const action = unescaped(/<form method="post" action="([^"]*)"/.exec(html)?.[1] ?? "")
  const fields: Record<string, string> = {}
  for (const [input] of html.matchAll(/<input [^>]*>/g)) {
    const name = /name="([^"]*)"/.exec(input)?.[1] ?? ""
    fields[name] = unescaped(/value="([^"]*)"/.exec(input)?.[1] ?? "")
  }
  return { action, fields }
}

describe("the approval page", () => {
  it("says in plain sight that it is a sandbox, and asks to allow or deny", async () => {
    const { open, token } = await start()
    const page = await open(`/authenticate/${token}`)
    const html = await page.text()
    expect(page.status).toBe(200)
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8")
    expect(html).toContain("<strong>This is a sandbox.</strong>")
    expect(html).toMatch(/<button type="submit" name="decision" value="allow">Allow<\/button>/)
    expect(html).toMatch(/<button type="submit" name="decision" value="deny">Deny<\/button>/)
  })

  it("has what a reader of pages needs", async () => {
    const { open, token } = await start()
    const html = await (await open(`/authenticate/${token}`)).text()
    expect(html).toContain('<html lang="en">')
    expect(html.match(/<h1>/g)).toHaveLength(1)
    expect(html).toMatch(/<main>/)
    expect(html).toMatch(/<title>[^<]+<\/title>/)
    for (const [, id] of html.matchAll(/<input id="([^"]+)"/g)) expect(html).toContain(`<label for="${id}">`)
    for (const [, id] of html.matchAll(/aria-describedby="([^"]+)"/g)) expect(html).toContain(`id="${id}"`)
    expect(html).not.toMatch(/<script|\son\w+=|style="/)
  })

  it("lets in no script, no frame and no style but its own", async () => {
    const { open, token } = await start()
    const { headers } = await open(`/authenticate/${token}`)
    const policy = headers.get("content-security-policy")
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/]{43}='; /)
    expect(policy).toContain("form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
    expect(headers.get("x-frame-options")).toBe("DENY")
    expect(headers.get("referrer-policy")).toBe("no-referrer")
    expect(headers.get("cache-control")).toBe("no-store")
  })

  it("approves by a form sent as it stands, and goes back to the app", async () => {
    const { exchange, open, post, token } = await start()
    const html = await (
      await open(`/authenticate/${token}${redirectTo("http://127.0.0.1:8080/back?state=1")}`)
    ).text()
    const { action, fields } = formOf(html)
    const answered = await post(action, { ...fields, decision: "allow" })
    expect(answered.status).toBe(302)
    expect(answered.headers.get("location")).toBe(
      `http://127.0.0.1:8080/back?state=1&request_token=${token}&approved=true`
    )
    expect((await exchange(token)).status).toBe(200)
  })

  it("denies, and says so to the app", async () => {
    const { exchange, post, token } = await start()
    const answered = await post(`/authenticate/${token}${redirectTo("https://app.example/")}`, {
      username: "sandbox",
      decision: "deny"
    })
    expect(answered.headers.get("location")).toBe(`https://app.example/?request_token=${token}&denied=true`)
    expect((await exchange(token)).status).toBe(401)
  })

  it.each([
    [
      "allow",
      "Access allowed",
      /^https:\/\/api\.themoviedb\.org\/3\/authentication\/session\/new\?request_token=/
    ],
    ["deny", "Access denied", undefined]
  ])("ends on a page of its own when the app named no way back: %s", async (decision, title, next) => {
    const { open, post, token } = await start()
    const answered = await post(`/authenticate/${token}`, { username: "sandbox", decision })
    const location = answered.headers.get("location") ?? ""
    expect(location).toBe(`/authenticate/${token}/${decision}`)
    const page = await open(location)
    expect(await page.text()).toContain(`<h1>${title}</h1>`)
    const callback = page.headers.get("authentication-callback")
    if (next === undefined) expect(callback).toBeNull()
    else expect(callback).toMatch(next)
  })

  it("takes any of the sandbox's people, and no wrong password", async () => {
    const { call, exchange, post, token } = await start({
      users: [{ username: "ada" }, { username: "grace", password: "hopper" }]
    })
    const path = `/authenticate/${token}`
    for (const fields of [
      { username: "grace", password: "wrong" },
      { username: "nobody", password: "" }
    ]) {
      const refused = await post(path, { ...fields, decision: "allow" })
      expect(refused.status).toBe(401)
      expect(await refused.text()).toContain('role="alert"')
    }
    expect((await exchange(token)).status).toBe(401)
    await post(path, { username: "grace", password: "hopper", decision: "allow" })
    const { session_id } = (await exchange(token)).json()
    expect((await call("GET", `/3/account?session_id=${session_id}`)).json().username).toBe("grace")
  })

  it("writes people's names and the way back as text, whatever is in them", async () => {
    const username = `"><script>alert('&amp;')</script>`
    const { exchange, open, post, token } = await start({ users: [{ username }] })
    const html = await (
      await open(`/authenticate/${token}${redirectTo("https://app.example/?a=1&lt=2")}`)
    ).text()
    expect(html).not.toContain("<script")
    expect(html).toContain("https://app.example/?a=1&amp;lt=2")
    const { action, fields } = formOf(html)
    expect(fields["username"]).toBe(username)
    await post(action, { ...fields, decision: "allow" })
    expect((await exchange(token)).status).toBe(200)
  })

  it.each(["disabled", "unverified"])("does not let in an account that is %s", async (username) => {
    const { exchange, post, token } = await start()
    expect((await post(`/authenticate/${token}`, { username, decision: "allow" })).status).toBe(401)
    expect((await exchange(token)).status).toBe(401)
  })

  it("wants an answer", async () => {
    const { post, token } = await start()
    expect((await post(`/authenticate/${token}`, { username: "sandbox" })).status).toBe(401)
  })

  it("asks no one twice: what was decided by hand is what the app hears", async () => {
    const { open, sandbox, token } = await start()
    sandbox.deny(token)
    const answered = await open(`/authenticate/${token}${redirectTo("https://app.example/")}`)
    expect(answered.headers.get("location")).toBe(`https://app.example/?request_token=${token}&denied=true`)
  })

  it("asks no one at all when told to approve automatically", async () => {
    const { exchange, open, token } = await start({ autoApprove: true })
    const answered = await open(`/authenticate/${token}${redirectTo("https://app.example/")}`)
    expect(answered.headers.get("location")).toBe(`https://app.example/?request_token=${token}&approved=true`)
    expect((await exchange(token)).status).toBe(200)
  })

  it("knows no token that is made up, expired or used", async () => {
    const { exchange, open, sandbox, token } = await start()
    const expectInvalid = async (path: string) => {
      const page = await open(path)
      expect(page.status).toBe(404)
      expect(await page.text()).toContain("<h1>Invalid request token</h1>")
    }
    await expectInvalid(`/authenticate/${"0".repeat(40)}`)
    await expectInvalid("/auth/access")
    sandbox.approve(token)
    await exchange(token)
    await expectInvalid(`/authenticate/${token}`)
    const other = await clientOf(sandbox).requestToken()
    sandbox.advance("1 hour")
    await expectInvalid(`/authenticate/${other}`)
  })

  it("sends a browser that is lost a page, and a client JSON", async () => {
    const { sandbox } = await start()
    const accept = { headers: { accept: "text/html" } }
    expect(await (await sandbox.fetch(`${WEB}/settings`, accept)).text()).toContain("Page not found")
    expect((await clientOf(sandbox).call("GET", "/settings")).json().status_code).toBe(34)
    expect(await (await sandbox.fetch(`${WEB}/`)).text()).toContain("offline")
  })
})

describe("v4's approval page", () => {
  it("goes back where the token says", async () => {
    const { exchangeV4, open, post, requestTokenV4 } = await start()
    const token = await requestTokenV4("myapp://back")
    const { action, fields } = formOf(await (await open(`/auth/access?request_token=${token}`)).text())
    const answered = await post(action, { ...fields, decision: "allow" })
    expect(answered.headers.get("location")).toBe(`myapp://back?request_token=${token}&approved=true`)
    expect((await exchangeV4(token)).status).toBe(200)
  })

  it("can go back without a word", async () => {
    const { post, requestTokenV4 } = await start({ unknowns: { redirectQueryV4: false } })
    const token = await requestTokenV4("https://app.example/back")
    const fields = { username: "sandbox", decision: "allow" }
    const answered = await post(`/auth/access?request_token=${token}`, fields)
    expect(answered.headers.get("location")).toBe("https://app.example/back")
  })

  it("shows what was decided when the app named no way back", async () => {
    const { post, requestTokenV4 } = await start()
    const token = await requestTokenV4()
    const fields = { username: "sandbox", decision: "allow" }
    const answered = await post(`/auth/access?request_token=${token}`, fields)
    expect(await answered.text()).toContain("<h1>Access allowed</h1>")
  })
})

describe("redirect_to", () => {
  it.each([
    ["http://127.0.0.1:49152/callback", "http://127.0.0.1:49152"],
    ["http://[::1]:49152/callback", "http://[::1]:49152"],
    ["https://app.example/back#part", "https://app.example"],
    ["myapp://x", "myapp:"],
    ["com.example.app:/oauth", "com.example.app:"]
  ])("may be %s, and the page's form may lead there", async (address, source) => {
    const { open, post, token } = await start()
    const page = await open(`/authenticate/${token}${redirectTo(address)}`)
    expect(page.headers.get("content-security-policy")).toContain(`form-action 'self' ${source};`)
    const answered = await post(`/authenticate/${token}${redirectTo(address)}`, {
      username: "sandbox",
      decision: "allow"
    })
    const location = new URL(answered.headers.get("location") ?? "")
    expect(location.protocol).toBe(new URL(address).protocol)
    expect(location.searchParams.get("request_token")).toBe(token)
    expect(location.searchParams.get("approved")).toBe("true")
    expect(location.hash).toBe(new URL(address).hash)
  })

  it.each([
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "blob:https://app.example/1",
    "/relative",
    "//app.example",
    "nonsense",
    "https://www.themoviedb.org@app.example/"
  ])("may not be %j", async (address) => {
    const { exchange, open, post, token } = await start()
    const path = `/authenticate/${token}${redirectTo(address)}`
    for (const answered of [await open(path), await post(path, { username: "sandbox", decision: "allow" })]) {
      expect(answered.status).toBe(400)
      expect(answered.headers.has("location")).toBe(false)
      expect(await answered.text()).not.toContain("alert(1)")
    }
    expect((await exchange(token)).status).toBe(401)
  })

  it("cannot be used to write into the page or its headers", async () => {
    const { open, token } = await start()
    const elementsOf = (html: string) =>
      Array.from(html.matchAll(/<[^>]*>/g), ([tag]) => tag.split(/[\s>]/)[0]).join("")
    const pages = await Promise.all(
      ["", redirectTo("https://app.example/"), redirectTo("javascript:x")].map(async (query) =>
        elementsOf(await (await open(`/authenticate/${token}${query}`)).text())
      )
    )
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("https://app.example/", "myapp://", "http://a", ""),
        fc.string({ unit: fc.constantFrom(..."\"'<>&;, \r\n#?/:=x\u0000\u00e9") }),
        async (start, rest) => {
          const answered = await open(`/authenticate/${token}${redirectTo(start + rest)}`)
          expect(pages).toContain(elementsOf(await answered.text()))
          const policy = answered.headers.get("content-security-policy") ?? ""
          expect(policy.split(";")).toHaveLength(6)
          expect(policy).toMatch(/form-action 'self'( [a-z0-9.:[\]/+-]+)?; base-uri/)
        }
      )
    )
  })
})
