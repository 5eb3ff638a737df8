/** The pop-up's return page: it reports to the app, and closes. Its text is for browsers that keep it open. */
import { landing } from "@tmdb-session/browser/PopupApproval"
import { byId } from "./page.js"

const words = {
  approved: ["Approved", "You can close this window: the app is signing you in."],
  denied: ["Not signed in", "You denied the request. You can close this window."],
  unknown: ["Nothing to do here", "You can close this window and continue in the app."]
} as const

const [title, text] = words[landing()]
byId("title").textContent = title
byId("text").textContent = text
