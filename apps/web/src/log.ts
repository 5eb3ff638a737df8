/** The log: what happens, step by step. */
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
  closed: "The window was closed; asking TMDB one last time",
  unknown: "No callback can arrive here; asking TMDB"
} as const

/** The sentence for an event. It contains no secret: of the approval URL, which holds the request token, it shows only the host. */
export const sentence = (event: SignIn.SignInEvent): string => {
  switch (event._tag) {
    case "TokenIssued":
      return `TMDB gave a request token, valid for ${minutes(event.lifetime)}`
    case "ApprovalRequested":
      return `Waiting for your approval at ${new URL(event.url).host}`
    case "Waiting":
      return `Not approved yet; ${minutes(event.remaining)} left`
    case "CallbackReceived":
      return outcomes[event.outcome]
    case "Exchanging":
      return "Asking TMDB for a session"
    case "SignedIn":
      return "TMDB gave a session"
  }
}

/** Adds a line to the log. */
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
