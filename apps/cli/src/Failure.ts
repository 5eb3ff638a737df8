/** What can go wrong in the command alone, and the exit code of everything that can go wrong. */
import { TmdbError } from "@tmdb-session/node"
import * as Data from "effect/Data"
import { ExitCode } from "./ExitCode.js"
import type { Problem } from "./Problem.js"

/** The command was called in a way that cannot work. */
export class UsageError extends Data.TaggedError("UsageError")<{ readonly message: string }> {}

/** There is no session, or no credential, to do this with. */
export class NotSignedIn extends Data.TaggedError("NotSignedIn")<{ readonly message: string }> {}

/** The terminal was asked for an answer, and Ctrl-C came. */
export class Cancelled extends Data.TaggedError("Cancelled")<{ readonly message: string }> {}

/** What went wrong is told already: only the exit code is left to tell. */
export class Told extends Data.TaggedError("Told")<{ readonly exitCode: number }> {}

export type Failure = TmdbError.TmdbError | UsageError | NotSignedIn | Cancelled | Told

const exitCodes: Readonly<Record<Exclude<Failure["_tag"], "Told">, number>> = {
  InvalidRequest: ExitCode.failed,
  NotFound: ExitCode.failed,
  UnexpectedResponse: ExitCode.failed,
  SessionStoreError: ExitCode.failed,
  UsageError: ExitCode.misused,
  InvalidConfiguration: ExitCode.misused,
  SessionDenied: ExitCode.denied,
  InvalidRequestToken: ExitCode.denied,
  ApprovalDenied: ExitCode.denied,
  ApprovalExpired: ExitCode.denied,
  ApprovalFailed: ExitCode.denied,
  NotSignedIn: ExitCode.notSignedIn,
  InvalidCredentials: ExitCode.notSignedIn,
  SuspendedCredentials: ExitCode.notSignedIn,
  InvalidLogin: ExitCode.notSignedIn,
  AccountDisabled: ExitCode.notSignedIn,
  EmailNotVerified: ExitCode.notSignedIn,
  InvalidSession: ExitCode.notSignedIn,
  InvalidAccessToken: ExitCode.notSignedIn,
  RateLimited: ExitCode.unreachable,
  ServiceUnavailable: ExitCode.unreachable,
  ConnectionFailed: ExitCode.unreachable,
  TimedOut: ExitCode.unreachable,
  Cancelled: ExitCode.interrupted
}

export const exitCode = (failure: Failure): number =>
  failure._tag === "Told" ? failure.exitCode : exitCodes[failure._tag]

/** TMDB's own words, which the message of an error does not repeat. */
const wordsOf = (failure: TmdbError.TmdbError): string => {
  const listed = failure._tag === "InvalidRequest" && failure.httpStatus !== undefined ? failure.errors : []
  const words = [failure.tmdbMessage, ...listed].filter((each) => each !== undefined)
  return words.length === 0 ? "" : ` TMDB says: ${words.join(" ")}`
}

/** The message without the operation in front, which is ours and not the reader's, and what TMDB says. */
export const sentence = (failure: Failure): string => {
  if (!TmdbError.isTmdbError(failure)) return failure.message
  const prefix = `${failure.operation}: `
  const message = failure.message.startsWith(prefix) ? failure.message.slice(prefix.length) : failure.message
  return message + wordsOf(failure)
}

/** Why something lives on at TMDB, and where a person ends it. */
export const livesOn = (failure: Failure): string =>
  `${sentence(failure).replace(/[^.]$/, "$&.")} End it at https://www.themoviedb.org/settings/applications`

/** `toJSON` of our errors holds no secret. */
export const problemOf = (failure: Failure): Problem => ({
  exitCode: exitCode(failure),
  line: sentence(failure),
  json: { ...(failure.toJSON() as object), exitCode: exitCode(failure) }
})
