/** Errors, in words for the person at the page. */
import type { SessionStore, SignIn, TmdbError } from "@tmdb-session/browser"

export type Failure = SignIn.SignInError | SessionStore.StoreError | TmdbError.InvalidSession

export interface Problem {
  readonly title: string
  readonly text: string
  /** Whether signing in on the page itself would help. */
  readonly redirect: boolean
}

const problem = (title: string, text: string, redirect = false): Problem => ({ title, text, redirect })

const ofConnection = (reason: TmdbError.ConnectionFailed["reason"]): Problem =>
  reason === "offline"
    ? problem("You are offline", "Check your connection, then try again.")
    : problem(
        "TMDB cannot be reached",
        "Your connection or a filter may be in the way. Try again in a moment."
      )

const ofApproval = (error: TmdbError.ApprovalFailed): Problem =>
  error.reason === "blocked"
    ? problem(
        "Your browser blocked the pop-up",
        "Allow pop-ups for this site and try again, or sign in on this page: TMDB sends you back here afterwards.",
        true
      )
    : problem("The sign-in could not be finished", `${error.what}. ${error.next}.`)

/** A sentence or two for each kind of failure. */
export const problemOf = (error: Failure): Problem => {
  switch (error._tag) {
    case "ApprovalDenied":
      return problem(
        "You did not approve",
        "Nothing was shared with this page. You can sign in whenever you like."
      )
    case "ApprovalExpired":
      return problem(
        "That took too long",
        "A request can be approved for an hour at most. Start signing in again."
      )
    case "ApprovalFailed":
      return ofApproval(error)
    case "SessionDenied":
    case "InvalidRequestToken":
    case "InvalidAccessToken":
      return problem(
        "TMDB did not accept the approval",
        "It may have been used already. Start signing in again."
      )
    case "InvalidSession":
      return problem(
        "Your session has ended",
        "It was ended elsewhere, or TMDB no longer knows it. Sign in again."
      )
    case "ConnectionFailed":
      return ofConnection(error.reason)
    case "TimedOut":
      return problem("TMDB took too long to answer", "Try again in a moment.")
    case "RateLimited":
      return problem("Too many requests", "TMDB asks for a pause. Wait a little, then try again.")
    case "ServiceUnavailable":
      return problem("TMDB is having trouble", "It is down or under maintenance. Try again later.")
    case "SessionStoreError":
      return problem("The session cannot be stored", `${error.what}. ${error.next}.`)
    case "InvalidConfiguration":
    case "InvalidCredentials":
    case "SuspendedCredentials":
      return problem("This site is not set up correctly", "Its operator has to check its access to TMDB.")
    case "InvalidRequest":
    case "NotFound":
    case "UnexpectedResponse":
      return problem(
        "TMDB answered in a way this page does not understand",
        "Try again. If it happens again, tell the operator of this site."
      )
  }
}
