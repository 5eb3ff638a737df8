/** What the landing page of a pop-up tells the page that asked, and by which channel. */
export const channelName = "tmdb-session/popup"

/** What the landing page tells. */
export interface Message {
  readonly requestToken: string
  readonly outcome: "approved" | "denied"
}

export const isMessage = (data: unknown): data is Message =>
  typeof data === "object" && data !== null && "requestToken" in data && "outcome" in data
