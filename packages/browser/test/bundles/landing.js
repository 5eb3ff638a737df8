/** The page that a pop-up comes back to. */
import { landing } from "@tmdb-session/browser/PopupApproval"

document.title = landing()
