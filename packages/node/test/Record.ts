/** What is kept in the tests of stores. */
import type * as SessionStore from "@tmdb-session/core/SessionStore"
import * as Redacted from "effect/Redacted"

/** A record that is told from every other. */
export const recordOf = (round: number): SessionStore.SessionRecord => ({
  version: 1,
  sessionId: Redacted.make(`canary-session-${round}`),
  apiUrl: "https://api.themoviedb.org"
})

export const roundOf = ({ sessionId }: SessionStore.SessionRecord): number =>
  Number(Redacted.value(sessionId).slice("canary-session-".length))
