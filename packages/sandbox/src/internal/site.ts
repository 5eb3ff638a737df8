/**
 * The part of themoviedb.org where a person signs in, and approves or denies.
 *
 * @see https://developer.themoviedb.org/reference/authentication-how-do-i-generate-a-session-id
 */

import type { User } from "../User.js"
import type { Answer, HeaderList } from "./answer.js"
import { escapeHtml, renderPage, siteHeaders } from "./html.js"
import { type Destination, destination } from "./redirect.js"
import type { Decided, RequestToken, State } from "./state.js"

export interface Visit {
  readonly state: State
  readonly parameters: { readonly [name: string]: string }
  readonly query: URLSearchParams
  /** The fields of a posted form. */
  readonly form: () => URLSearchParams
  readonly decide: (token: RequestToken, user: User | undefined) => Decided
  readonly approvesOnOpening: boolean
  readonly redirectQueryV4: boolean
  readonly apiUrl: string
}

export interface SiteRoute {
  readonly method: "GET" | "POST"
  readonly path: string
  readonly summary: string
  readonly run: (visit: Visit) => Answer
}

const problemPage = (status: number, title: string, explanation: string): Answer =>
  renderPage({ status, title, content: `<p>${explanation}</p>` })

export const notFoundPage = (): Answer =>
  problemPage(404, "Page not found", "The sandbox's site has only the approval pages.")

const invalidToken = (): Answer =>
  problemPage(
    404,
    "Invalid request token",
    "The token you submitted is invalid: it is unknown, expired or already used. Go back to the app and start again."
  )

const redirect = (location: string): Answer => ({
  status: 302,
  headers: [["Location", location], ...siteHeaders],
  body: ""
})

/** The token to decide on, and where the person goes afterwards. */
interface ApprovalRequest {
  readonly token: RequestToken
  readonly to: Destination | undefined
  /** The page's own address: its form is posted there. */
  readonly action: string
}

const tokenOf = (visit: Visit, version: 3 | 4): RequestToken | undefined => {
  const value = version === 3 ? visit.parameters["request_token"] : visit.query.get("request_token")
  return visit.state.requestToken(value ?? "", version)
}

const requestOf = (visit: Visit, version: 3 | 4): ApprovalRequest | Answer => {
  const token = tokenOf(visit, version)
  if (token === undefined) return invalidToken()
  const redirectTo = version === 3 ? visit.query.get("redirect_to") : token.redirectTo
  const to = redirectTo ? destination(redirectTo) : undefined
  if (redirectTo && to === undefined) {
    return problemPage(
      400,
      "Invalid return address",
      "The app's return address (redirect_to) is not one that a browser can safely be sent to."
    )
  }
  const value = encodeURIComponent(token.value)
  const query = redirectTo ? `?redirect_to=${encodeURIComponent(redirectTo)}` : ""
  const action = version === 3 ? `/authenticate/${value}${query}` : `/auth/access?request_token=${value}`
  return { token, to, action }
}

const askPage = (visit: Visit, request: ApprovalRequest, problem?: string): Answer => {
  const target =
    request.to === undefined
      ? ""
      : `<p class="target">Afterwards you return to ${escapeHtml(request.to.href)}</p>`
  const people = visit.state.users.map((user) => escapeHtml(user.username)).join(", ")
  const warning = problem === undefined ? "" : `<p class="problem" role="alert">${escapeHtml(problem)}</p>`
  return renderPage({
    status: problem === undefined ? 200 : 401,
    title: "Allow this app?",
    formTarget: request.to?.source,
    content: `${warning}<p>An app asks to use TMDB on your behalf: to read your account, rate titles and change your lists.</p>
${target}
<form method="post" action="${escapeHtml(request.action)}">
<label for="username">Username</label>
<input id="username" name="username" value="${escapeHtml(visit.state.users[0].username)}" autocomplete="off" required aria-describedby="people">
<p id="people">Users of this sandbox: ${people}</p>
<label for="password">Password</label>
<input id="password" name="password" type="password" value="" autocomplete="off" aria-describedby="no-password">
<p id="no-password">You may leave this empty. If you fill it in, it must be right.</p>
<button type="submit" name="decision" value="allow">Allow</button>
<button type="submit" name="decision" value="deny">Deny</button>
</form>`
  })
}

/** Sends the person back to the app with the decision, or shows the decision if the app named no return address. */
const leave = (visit: Visit, request: ApprovalRequest, allowed: boolean): Answer => {
  const { token, to } = request
  const value = encodeURIComponent(token.value)
  if (to !== undefined) {
    if (token.version === 4 && !visit.redirectQueryV4) return redirect(to.href)
    return redirect(to.with(`request_token=${value}&${allowed ? "approved" : "denied"}=true`))
  }
  const outcome = allowed ? "allow" : "deny"
  return token.version === 3 ? redirect(`/authenticate/${value}/${outcome}`) : outcomePage(allowed, [])
}

const outcomePage = (allowed: boolean, headers: HeaderList): Answer =>
  renderPage({
    status: 200,
    title: allowed ? "Access allowed" : "Access denied",
    content: "<p>You may close this page and go back to the app.</p>",
    headers
  })

const open =
  (version: 3 | 4) =>
  (visit: Visit): Answer => {
    const request = requestOf(visit, version)
    if ("status" in request) return request
    const { decision } = request.token
    if (decision !== undefined) return leave(visit, request, decision.allowed)
    if (!visit.approvesOnOpening) return askPage(visit, request)
    visit.decide(request.token, visit.state.users[0])
    return leave(visit, request, true)
  }

const refusals = {
  disabled: "This account is no longer active.",
  unverified: "The e-mail address of this account has not been verified.",
  suspended: "This account has been suspended."
} as const

const signIn = (visit: Visit, form: URLSearchParams): User | string => {
  const user = visit.state.userNamed(form.get("username") ?? "")
  const password = form.get("password") ?? ""
  if (user === undefined || (password !== "" && password !== user.password)) {
    return "The username or the password is wrong."
  }
  return user.status === "active" ? user : refusals[user.status]
}

const submit =
  (version: 3 | 4) =>
  (visit: Visit): Answer => {
    const request = requestOf(visit, version)
    if ("status" in request) return request
    const { decision } = request.token
    if (decision !== undefined) return leave(visit, request, decision.allowed)
    const form = visit.form()
    const user = signIn(visit, form)
    if (typeof user === "string") return askPage(visit, request, user)
    const chosen = form.get("decision")
    if (chosen !== "allow" && chosen !== "deny") return askPage(visit, request, "Choose Allow or Deny.")
    visit.decide(request.token, chosen === "allow" ? user : undefined)
    return leave(visit, request, chosen === "allow")
  }

/** After an approval, a header of the page names the next step, as TMDB's documentation says. */
const outcome =
  (allowed: boolean) =>
  (visit: Visit): Answer => {
    const token = tokenOf(visit, 3)
    if (token === undefined || token.decision?.allowed !== allowed) return invalidToken()
    const next = `${visit.apiUrl}/3/authentication/session/new?request_token=${token.value}`
    return outcomePage(allowed, allowed ? [["Authentication-Callback", next]] : [])
  }

const home = (): Answer =>
  renderPage({
    status: 200,
    title: "TMDB's authentication, offline",
    content: `<p>Point a client at this address instead of api.themoviedb.org and www.themoviedb.org.</p>
<p>What the sandbox implements is described in <a href="/openapi.json">/openapi.json</a>.</p>`
  })

export const siteRoutes: ReadonlyArray<SiteRoute> = [
  { method: "GET", path: "/", summary: "A page about the sandbox", run: home },
  {
    method: "GET",
    path: "/authenticate/{request_token}",
    summary: "Ask a person to approve or deny an app",
    run: open(3)
  },
  {
    method: "POST",
    path: "/authenticate/{request_token}",
    summary: "Submit the decision",
    run: submit(3)
  },
  {
    method: "GET",
    path: "/authenticate/{request_token}/allow",
    summary: "The page after an approval without redirect_to",
    run: outcome(true)
  },
  {
    method: "GET",
    path: "/authenticate/{request_token}/deny",
    summary: "The page after a denial without redirect_to",
    run: outcome(false)
  },
  {
    method: "GET",
    path: "/auth/access",
    summary: "Ask a person to approve or deny an app, for a v4 token",
    run: open(4)
  },
  { method: "POST", path: "/auth/access", summary: "Submit the decision for a v4 token", run: submit(4) }
]
