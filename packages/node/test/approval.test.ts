/** How a person is asked: what is opened, where, and the listener that their browser comes back to. */
import { request as httpRequest } from "node:http"
import { connect } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import * as Approval from "@tmdb-session/core/Approval"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import { prepare } from "../src/internal/asking.js"
import { open as browserOpen } from "../src/internal/browser.js"
import { decide, type Facts, type Surroundings } from "../src/internal/surroundings.js"
import * as LoopbackApproval from "../src/LoopbackApproval.js"
import { environment, tcp } from "./Server.js"

const issued = "0123456789abcdef0123456789abcdef01234567"
const pending: Approval.Pending = {
  version: 3,
  requestToken: Redacted.make(issued),
  expiresAt: 0,
  apiUrl: "https://api.themoviedb.org"
}
const approvalUrl = `https://www.themoviedb.org/authenticate/${issued}?redirect_to=http%3A%2F%2F127.0.0.1%2F&x=$(id)`

const atHome: Surroundings = { opener: undefined, remote: false }

describe("where a browser can be opened", () => {
  const desktop: Facts = { platform: "linux", environment: {}, release: "6.8.0", containerFile: false }
  const xdg = { command: "xdg-open", before: [] }
  const rundll = { command: "rundll32.exe", before: ["url.dll,FileProtocolHandler"] }
  const cases: ReadonlyArray<readonly [string, Partial<Facts>, Surroundings]> = [
    ["Linux with X", { environment: { DISPLAY: ":0" } }, { opener: xdg, remote: false }],
    ["Linux with Wayland", { environment: { WAYLAND_DISPLAY: "wayland-0" } }, { opener: xdg, remote: false }],
    ["Linux without a display", {}, { opener: undefined, remote: false }],
    ["macOS", { platform: "darwin" }, { opener: { command: "/usr/bin/open", before: [] }, remote: false }],
    ["Windows", { platform: "win32" }, { opener: rundll, remote: false }],
    [
      "WSL by its kernel",
      { release: "5.15.153.1-microsoft-standard-WSL2" },
      { opener: rundll, remote: false }
    ],
    [
      "WSL by its variable",
      { environment: { WSL_DISTRO_NAME: "Debian" } },
      { opener: rundll, remote: false }
    ],
    [
      "SSH",
      { environment: { DISPLAY: ":10", SSH_CONNECTION: "1 2 3 4" } },
      { opener: undefined, remote: true }
    ],
    [
      "SSH to macOS",
      { platform: "darwin", environment: { SSH_TTY: "/dev/x" } },
      { opener: undefined, remote: true }
    ],
    ["SSH, by its client", { environment: { SSH_CLIENT: "1 2 3" } }, { opener: undefined, remote: true }],
    ["Docker", { containerFile: true, environment: { DISPLAY: ":0" } }, { opener: undefined, remote: false }],
    [
      "systemd-nspawn",
      { environment: { DISPLAY: ":0", container: "systemd-nspawn" } },
      { opener: undefined, remote: false }
    ],
    [
      "Kubernetes",
      { environment: { DISPLAY: ":0", KUBERNETES_SERVICE_HOST: "10.0.0.1" } },
      { opener: undefined, remote: false }
    ],
    ["CI", { platform: "darwin", environment: { CI: "true" } }, { opener: undefined, remote: false }],
    [
      "CI that is said not to be",
      { environment: { DISPLAY: ":0", CI: "false" } },
      { opener: xdg, remote: false }
    ]
  ]
  for (const [name, facts, surroundings] of cases) {
    it(`${name}: ${surroundings.opener?.command ?? "nothing is opened"}`, () => {
      assert.deepStrictEqual(decide({ ...desktop, ...facts }), surroundings)
    })
  }
})

describe("the listener", () => {
  const prepared = (surroundings: Surroundings, port?: number) => prepare(surroundings, port, undefined)

  it.scopedLive("is bound where nothing can be opened, on 127.0.0.1 and a path that cannot be guessed", () =>
    Effect.gen(function* () {
      const [one, another] = [yield* prepared(atHome), yield* prepared(atHome)]
      assert.match(one.redirectTo ?? "", /^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}$/)
      assert.notStrictEqual(new URL(one.redirectTo!).pathname, new URL(another.redirectTo!).pathname)
    })
  )

  it.scopedLive("is not bound over SSH, where asking TMDB alone will tell", () =>
    Effect.gen(function* () {
      const { ask, redirectTo } = yield* prepared({ opener: undefined, remote: true })
      assert.isUndefined(redirectTo)
      assert.strictEqual(yield* ask(approvalUrl, pending), "unknown")
    })
  )

  it.scopedLive("is bound over SSH given the port that is forwarded", () =>
    Effect.gen(function* () {
      const port = yield* Effect.scoped(Effect.map(tcp(), (server) => server.port))
      const { redirectTo } = yield* prepared({ opener: undefined, remote: true }, port)
      assert.strictEqual(new URL(redirectTo!).port, String(port))
    })
  )

  it.scopedLive("fails with ApprovalFailed for a port in use, and for what is no port", () =>
    Effect.gen(function* () {
      const { port } = yield* tcp()
      for (const [given, what] of [
        [port, `The port ${port} is in use on this machine`],
        [70_000, "The port 70000 of 127.0.0.1 cannot be used"],
        [-1, "The port -1 of 127.0.0.1 cannot be used"]
      ] as const) {
        const error = yield* Effect.flip(prepared(atHome, given))
        assert.strictEqual(error._tag, "ApprovalFailed")
        assert.include(error.message, what)
      }
    })
  )

  it.scopedLive("lets go of its port with the scope, whoever is still connected", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const { redirectTo } = yield* Scope.extend(prepared(atHome), scope)
      const port = Number(new URL(redirectTo!).port)
      const dawdlers = yield* Effect.forEach(["", "GET / HT"], (begun) => dawdler(port, begun))
      const asked = performance.now()
      yield* Scope.close(scope, Exit.void)
      assert.isBelow(performance.now() - asked, 200)
      yield* Effect.forEach(dawdlers, ({ closed }) => closed)
      yield* Effect.scoped(prepared(atHome, port))
    })
  )
})

/** A browser's spare connection, or a client that takes its time. */
const dawdler = (port: number, begun: string) =>
  Effect.acquireRelease(
    Effect.async<{ readonly closed: Effect.Effect<string> }>((resume) => {
      let received = ""
      const socket = connect(port, "127.0.0.1", () => {
        socket.write(begun)
        resume(Effect.succeed({ closed: Effect.promise(() => closed) }))
      })
      socket.on("data", (bytes) => {
        received += bytes.toString("latin1")
      })
      const closed = new Promise<string>((ended) => socket.once("close", () => ended(received)))
      socket.on("error", () => undefined)
    }),
    ({ closed }) => Effect.asVoid(Effect.forkDaemon(closed))
  )

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

/** Asks as a browser would, or as one never would. */
const visit = (
  url: string,
  { headers, method = "GET" }: { readonly method?: string; readonly headers?: Record<string, string> } = {}
): Effect.Effect<Answer> =>
  Effect.async((resume) => {
    const request = httpRequest(url, { method, headers, agent: false }, (response) => {
      let body = ""
      response.setEncoding("utf8").on("data", (text: string) => {
        body += text
      })
      response.once("end", () =>
        resume(
          Effect.succeed({
            status: response.statusCode ?? 0,
            headers: { ...response.headers } as Answer["headers"],
            body
          })
        )
      )
    })
    request.on("error", () => resume(Effect.succeed({ status: 0, headers: {}, body: "" })))
    request.end()
  })

/** Someone was asked, and has not come back yet. */
const asked = Effect.gen(function* () {
  const prepared = yield* prepare(atHome, undefined, undefined)
  const answer = yield* Effect.fork(prepared.ask(approvalUrl, pending))
  yield* Effect.yieldNow()
  return {
    answer,
    url: prepared.redirectTo!,
    come: (query: string) => visit(`${prepared.redirectTo}?${query}`)
  }
})

const approval = `request_token=${issued}&approved=true`
const denial = `request_token=${issued}&denied=true`

describe("coming back", () => {
  const outcomes = [
    [approval, "approved", "Approved"],
    [denial, "denied", "Not signed in"],
    ["", "approved", "Approved"]
  ] as const
  for (const [query, outcome, title] of outcomes) {
    it.scopedLive(`with ${query === "" ? "nothing" : query.replace(issued, "…")} is: ${outcome}`, () =>
      Effect.gen(function* () {
        const { answer, come } = yield* asked
        const page = yield* come(query)
        assert.strictEqual(yield* Fiber.join(answer), outcome)
        assert.strictEqual(page.status, 200)
        assert.include(page.body, `<h1>${title}</h1>`)
      })
    )
  }

  it.scopedLive("before anybody was asked is answered as stale", () =>
    Effect.gen(function* () {
      const { redirectTo } = yield* prepare(atHome, undefined, undefined)
      assert.strictEqual((yield* visit(`${redirectTo}?${approval}`)).status, 410)
    })
  )

  it.scopedLive(
    "shows a page of its own style alone, in light and dark, that nothing can frame, store or send on",
    () =>
      Effect.gen(function* () {
        const { come } = yield* asked
        const { body, headers } = yield* come(approval)
        assert.match(
          headers["content-security-policy"] ?? "",
          /^default-src 'none'; style-src 'sha256-[\w+/=]{44}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/
        )
        assert.deepInclude(headers, {
          "cache-control": "no-store",
          "referrer-policy": "no-referrer",
          "x-content-type-options": "nosniff",
          connection: "close",
          "content-type": "text/html; charset=utf-8"
        })
        assert.include(body, "color-scheme:light dark")
        assert.include(body, "@media (prefers-color-scheme:dark)")
        assert.notMatch(body, /<script|href=|src=|url\(/)
      })
  )

  it.scopedLive("while pre-connected sockets are open is heard at once", () =>
    Effect.gen(function* () {
      const { answer, come, url } = yield* asked
      yield* Effect.forEach(Array.from({ length: 8 }), () => dawdler(Number(new URL(url).port), ""))
      yield* come(approval)
      assert.strictEqual(yield* Fiber.join(answer), "approved")
    })
  )
})

describe("nine attacks on the callback", () => {
  /** The attack changes nothing: whoever was asked can still answer. */
  const survives = (attack: (harness: Effect.Effect.Success<typeof asked>) => Effect.Effect<Answer>) =>
    Effect.gen(function* () {
      const harness = yield* asked
      const answer = yield* attack(harness)
      assert.isTrue(Option.isNone(yield* Fiber.poll(harness.answer)))
      yield* harness.come(approval)
      assert.strictEqual(yield* Fiber.join(harness.answer), "approved")
      return answer
    })

  it.scopedLive("1. another path", () =>
    Effect.gen(function* () {
      const elsewhere: ReadonlyArray<(pathname: string) => string> = [
        () => "/",
        () => "/favicon.ico",
        () => `/${"A".repeat(32)}`,
        (pathname) => `${pathname}/`,
        (pathname) => pathname.slice(0, -1),
        (pathname) => `/${pathname}`
      ]
      for (const path of elsewhere) {
        const answer = yield* survives(({ url }) => {
          const { origin, pathname } = new URL(url)
          return visit(`${origin}${path(pathname)}?${denial}`)
        })
        assert.deepInclude(answer, { status: 404, body: "" })
      }
    })
  )

  it.scopedLive("2. another method", () =>
    Effect.gen(function* () {
      for (const method of ["POST", "HEAD", "PUT", "DELETE", "OPTIONS"]) {
        const answer = yield* survives(({ url }) => visit(`${url}?${denial}`, { method }))
        assert.deepInclude(answer, { status: 405, body: "" })
        assert.strictEqual(answer.headers["allow"], "GET")
      }
    })
  )

  it.scopedLive("3. another Host, as a name that was rebound to 127.0.0.1 sends", () =>
    Effect.gen(function* () {
      for (const name of ["evil.example", "localhost", "127.0.0.1"]) {
        const answer = yield* survives(({ url }) => visit(`${url}?${denial}`, { headers: { host: name } }))
        assert.deepInclude(answer, { status: 403, body: "" })
      }
    })
  )

  it.scopedLive("4. another token, alone or beside the one that was issued", () =>
    Effect.gen(function* () {
      for (const query of [
        "request_token=other&approved=true",
        "request_token=&denied=true",
        `request_token=other&${denial}`,
        `${denial}&request_token=other`
      ]) {
        const answer = yield* survives(({ come }) => come(query))
        assert.strictEqual(answer.status, 410)
      }
    })
  )

  it.scopedLive("5. the same callback again", () =>
    Effect.gen(function* () {
      const { answer, come } = yield* asked
      assert.strictEqual((yield* come(approval)).status, 200)
      const replay = yield* come(approval)
      assert.strictEqual(replay.status, 410)
      assert.include(replay.body, "<h1>Nothing to do here</h1>")
      assert.strictEqual(yield* Fiber.join(answer), "approved")
    })
  )

  it.scopedLive("6. a denial that another page injects after the approval", () =>
    Effect.gen(function* () {
      const { answer, come } = yield* asked
      const [approved, denied] = [yield* come(approval), yield* come(denial)]
      assert.deepStrictEqual([approved.status, denied.status], [200, 410])
      assert.strictEqual(yield* Fiber.join(answer), "approved")
    })
  )

  it.scopedLive("7. a huge request", () =>
    Effect.gen(function* () {
      const inPath = yield* survives(({ come }) => come("x".repeat(1_000_000)))
      assert.include([0, 431], inPath.status)
      const inHeader = yield* survives(({ url }) => visit(url, { headers: { x: "x".repeat(100_000) } }))
      assert.include([0, 431], inHeader.status)
    })
  )

  it.scopedLive("8. a slow request", () =>
    Effect.gen(function* () {
      const { answer, come, url } = yield* asked
      const { host, pathname } = new URL(url)
      const slow = yield* dawdler(
        Number(new URL(url).port),
        `GET ${pathname}?${denial} HTTP/1.1\r\nHost: ${host}\r\nX: `
      )
      assert.match(yield* slow.closed, /^HTTP\/1\.1 408 /)
      yield* come(approval)
      assert.strictEqual(yield* Fiber.join(answer), "approved")
    })
  )

  it.scopedLive("9. HTML in the query, the path and the headers", () =>
    Effect.gen(function* () {
      const canary = "<script>canary</script>"
      const { come, url } = yield* asked
      const [there, query] = [
        encodeURIComponent(canary),
        new URLSearchParams({ request_token: issued, x: canary })
      ]
      const answers = [
        yield* visit(`${new URL(url).origin}/${there}`),
        yield* come(`request_token=${there}`),
        yield* visit(`${url}?${query}`, { headers: { referer: canary, "user-agent": canary } })
      ]
      assert.deepStrictEqual(
        answers.map(({ status }) => status),
        [404, 410, 200]
      )
      for (const { body, headers } of answers) {
        assert.notInclude(body + JSON.stringify(headers), "canary")
        assert.notInclude(body, issued)
      }
    })
  )
})

describe("opening", () => {
  /** A program that tells what it was started with. */
  const browser = Effect.gen(function* () {
    const told = yield* Deferred.make<ReadonlyArray<string>>()
    const server = yield* tcp((socket, seen) =>
      socket.once("end", () =>
        Deferred.unsafeDone(
          told,
          Effect.sync(() => JSON.parse(seen.bytes))
        )
      )
    )
    const script = `require("net").connect(${server.port}, "127.0.0.1").end(JSON.stringify(process.argv.slice(1)))`
    return {
      opener: { command: process.execPath, before: ["-e", script, "--", "before"] },
      told: Deferred.await(told)
    }
  })

  /** Asks, and comes back: a sign-in that is heard of. */
  const heard = (surroundings: Surroundings, open?: LoopbackApproval.Options["open"]) =>
    Effect.gen(function* () {
      const { ask, redirectTo } = yield* prepare(surroundings, undefined, open)
      const answer = yield* Effect.fork(ask(approvalUrl, pending))
      yield* Effect.yieldNow()
      yield* visit(`${redirectTo}?${approval}`)
      return yield* Fiber.join(answer)
    })

  it.scopedLive("starts the program with the URL as one argument, which no shell reads", () =>
    Effect.gen(function* () {
      const { opener, told } = yield* browser
      const { ask } = yield* prepare({ opener, remote: false }, undefined, undefined)
      yield* Effect.fork(ask(approvalUrl, pending))
      assert.deepStrictEqual(yield* told, ["before", approvalUrl])
    })
  )

  const soft: ReadonlyArray<readonly [string, LoopbackApproval.Options["open"]]> = [
    ["the program is missing", undefined],
    ["the app's own way fails", () => Effect.fail("no browser")],
    ["the app's own way waits for the browser to be closed", () => Effect.never],
    ["the app opens nothing", false]
  ]
  for (const [name, open] of soft) {
    it.scopedLive(`given that ${name}, the callback is heard all the same`, () =>
      Effect.gen(function* () {
        const opener = { command: "/nowhere/xdg-open", before: [] }
        assert.strictEqual(yield* heard({ opener, remote: false }, open), "approved")
      })
    )
  }

  it.scopedLive("is left to the app that does it itself, or wants nothing opened", () =>
    Effect.gen(function* () {
      const untouched = {
        remote: false,
        opener: {
          before: [],
          get command(): never {
            throw new Error("looked for a program to open the URL with")
          }
        }
      }
      const opened: Array<string> = []
      yield* heard(untouched, (url) => Effect.sync(() => opened.push(url)))
      assert.deepStrictEqual(opened, [approvalUrl])
      assert.strictEqual(yield* heard(untouched, false), "approved")
    })
  )

  const refused = [
    "http://themoviedb.org/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "-version",
    "--help",
    "calc.exe",
    "https:",
    "http://127.0.0.1.evil.example/",
    ""
  ]
  for (const url of refused) {
    it.effect(`refuses ${JSON.stringify(url)}`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(browserOpen({ command: "/nowhere", before: [] }, url))
        assert.include(error.message, "The URL is not one that a browser can be sent to")
      })
    )
  }

  for (const url of [approvalUrl, "http://127.0.0.1:8080/x", "http://localhost:1/", "http://[::1]:1/"]) {
    it.scopedLive(`takes ${url.slice(0, 40)}`, () =>
      Effect.gen(function* () {
        const { opener, told } = yield* browser
        yield* browserOpen(opener, url)
        assert.deepStrictEqual(yield* told, ["before", url])
      })
    )
  }

  it.scopedLive("tells whoever asks that there is no browser here", () =>
    Effect.gen(function* () {
      yield* environment({ CI: "true" })
      const error = yield* Effect.flip(LoopbackApproval.openBrowser(approvalUrl))
      assert.strictEqual(error._tag, "ApprovalFailed")
      assert.include(error.message, "There is no browser to open here")
      assert.notInclude(error.message, issued)
    })
  )

  it.scopedLive("and listening are what the layer does, in the surroundings of this process", () =>
    Effect.gen(function* () {
      yield* environment({ CI: "true", SSH_CONNECTION: undefined, SSH_CLIENT: undefined, SSH_TTY: undefined })
      const opened = yield* Deferred.make<string>()
      const port = yield* Effect.scoped(Effect.map(tcp(), (server) => server.port))
      const open = (url: string) => Deferred.succeed(opened, url)
      yield* Effect.gen(function* () {
        const { ask, redirectTo } = yield* Effect.flatMap(Approval.Approval, ({ prepare }) => prepare)
        assert.include(redirectTo, `http://127.0.0.1:${port}/`)
        const answer = yield* Effect.fork(ask(approvalUrl, pending))
        assert.strictEqual(yield* Deferred.await(opened), approvalUrl)
        yield* visit(`${redirectTo}?${denial}`)
        assert.strictEqual(yield* Fiber.join(answer), "denied")
      }).pipe(Effect.provide(LoopbackApproval.layer({ port, open: (url) => Effect.asVoid(open(url)) })))
    })
  )
})
