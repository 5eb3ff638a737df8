/** The message from the landing page of a pop-up to the page that opened it, and its channel. */
export const channelName = "tmdb-session/popup"

export interface Message {
  readonly requestToken: string
  readonly outcome: "approved" | "denied"
}

export const isMessage = (data: unknown): data is Message =>
  typeof data === "object" && data !== null && "requestToken" in data && "outcome" in data
