/** What happens, step by step, for whoever wants to see it. */
import type { SignIn } from "@tmdb-session/browser"
import * as Duration from "effect/Duration"
import { byId } from "./page.js"

type Kind = "step" | "good" | "bad"

const minutes = (duration: Duration.Duration): string => {
  const count = Math.max(1, Math.round(Duration.toMinutes(duration)))
  return count === 1 ? "1 minute" : `${count} minutes`
}

const outcomes = {
  approved: "TMDB sent you back: approved",
  denied: "TMDB sent you back: not approved",
  closed: "The window was closed; TMDB is asked one last time",
  unknown: "Nothing can come back here; TMDB is asked"
} as const

/** The sentence of an event, without a secret in it: the approval URL holds the request token. */
export const sentence = (event: SignIn.SignInEvent): string => {
  switch (event._tag) {
    case "TokenIssued":
      return `TMDB gave a request token, good for ${minutes(event.lifetime)}`
    case "ApprovalRequested":
      return `You are asked to approve at ${new URL(event.url).host}`
    case "Waiting":
      return `Not approved yet; ${minutes(event.remaining)} left`
    case "CallbackReceived":
      return outcomes[event.outcome]
    case "Exchanging":
      return "TMDB is asked for a session"
    case "SignedIn":
      return "TMDB gave a session"
  }
}

/** Adds a line. A step that only repeats the one before is not told twice. */
export const log = (text: string, kind: Kind = "step"): void => {
  const list = byId("log")
  byId("log-empty").hidden = true
  const entry = document.createElement("li")
  entry.className = kind
  const time = document.createElement("time")
  const now = new Date()
  time.dateTime = now.toISOString()
  time.textContent = now.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" })
  const words = document.createElement("span")
  words.textContent = text
  entry.append(words, time)
  list.append(entry)
  const view = list.parentElement
  if (view !== null) view.scrollTop = view.scrollHeight
}
