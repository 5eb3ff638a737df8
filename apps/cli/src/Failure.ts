/** What can go wrong in the command alone, and the exit code of everything that can go wrong. */
import { TmdbError } from "@tmdb-session/node"
import * as Data from "effect/Data"

/** The command was called in a way that cannot work. */
export class UsageError extends Data.TaggedError("UsageError")<{ readonly message: string }> {}

/** There is no session, or no credential, to do this with. */
export class NotSignedIn extends Data.TaggedError("NotSignedIn")<{ readonly message: string }> {}

/** The terminal was asked for an answer, and Ctrl-C came. */
export class Cancelled extends Data.TaggedError("Cancelled")<{ readonly message: string }> {}

export type Failure = TmdbError.TmdbError | UsageError | NotSignedIn | Cancelled

const exitCodes: Readonly<Record<Failure["_tag"], number>> = {
  // 1: failed
  InvalidRequest: 1,
  NotFound: 1,
  UnexpectedResponse: 1,
  SessionStoreError: 1,
  // 2: usage, and a malformed setting
  UsageError: 2,
  InvalidConfiguration: 2,
  // 3: the person denied or never answered
  SessionDenied: 3,
  InvalidRequestToken: 3,
  ApprovalDenied: 3,
  ApprovalExpired: 3,
  ApprovalFailed: 3,
  // 4: not signed in, or credentials missing or refused
  NotSignedIn: 4,
  InvalidCredentials: 4,
  SuspendedCredentials: 4,
  InvalidLogin: 4,
  AccountDisabled: 4,
  EmailNotVerified: 4,
  InvalidSession: 4,
  InvalidAccessToken: 4,
  // 5: TMDB unreachable, down or rate-limiting
  RateLimited: 5,
  ServiceUnavailable: 5,
  ConnectionFailed: 5,
  TimedOut: 5,
  // 130: interrupted
  Cancelled: 130
}

export const exitCode = (failure: Failure): number => exitCodes[failure._tag]

/** The message without the operation in front, which is ours and not the reader's. */
export const sentence = (failure: Failure): string => {
  const prefix = TmdbError.isTmdbError(failure) ? `${failure.operation}: ` : ""
  return failure.message.startsWith(prefix) ? failure.message.slice(prefix.length) : failure.message
}

/** Why something lives on at TMDB, and where a person ends it. */
export const livesOn = (failure: Failure): string =>
  `${sentence(failure).replace(/[^.]$/, "$&.")} End it at https://www.themoviedb.org/settings/applications`

/** The error as one JSON object; `toJSON` of our errors holds no secret. */
export const json = (failure: Failure): string =>
  JSON.stringify({ error: { ...(failure.toJSON() as object), exitCode: exitCode(failure) } })
