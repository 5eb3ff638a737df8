/** Where the pop-up comes back to: it tells the app, and closes. What it shows is for a browser that keeps it open. */
import { landing } from "@tmdb-session/browser/PopupApproval"
import { byId } from "./page.js"

const words = {
  approved: ["Approved", "You can close this window: the app is signing you in."],
  denied: ["Not signed in", "You said no. You can close this window."],
  unknown: ["Nothing to do here", "You can close this window, and go on in the app."]
} as const

const [title, text] = words[landing()]
byId("title").textContent = title
byId("text").textContent = text
