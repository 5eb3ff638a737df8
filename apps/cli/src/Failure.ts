/** The errors of the command itself, and the exit code of every error. */
import { TmdbError } from "@tmdb-session/node"
import * as Data from "effect/Data"
import { ExitCode } from "./ExitCode.js"
import type { Problem } from "./Problem.js"

/** The command was called with something that is not valid. */
export class UsageError extends Data.TaggedError("UsageError")<{ readonly message: string }> {}

/** The session or the credential that this needs is missing. */
export class NotSignedIn extends Data.TaggedError("NotSignedIn")<{ readonly message: string }> {}

/** The person pressed Ctrl-C at a question. */
export class Cancelled extends Data.TaggedError("Cancelled")<{ readonly message: string }> {}

/** The problem was already reported. Only the exit code remains. */
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

/** TMDB's own message, which the message of an error does not contain. */
const wordsOf = (failure: TmdbError.TmdbError): string => {
  const listed = failure._tag === "InvalidRequest" && failure.httpStatus !== undefined ? failure.errors : []
  const words = [failure.tmdbMessage, ...listed].filter((each) => each !== undefined)
  return words.length === 0 ? "" : ` TMDB says: ${words.join(" ")}`
}

/** The message and what TMDB says, without the operation's name, which means nothing to the reader. */
export const sentence = (failure: Failure): string => {
  if (!TmdbError.isTmdbError(failure)) return failure.message
  const prefix = `${failure.operation}: `
  const message = failure.message.startsWith(prefix) ? failure.message.slice(prefix.length) : failure.message
  return message + wordsOf(failure)
}

/** Why something is still valid at TMDB, and where to end it. */
export const livesOn = (failure: Failure): string =>
  `${sentence(failure).replace(/[^.]$/, "$&.")} End it at https://www.themoviedb.org/settings/applications`

/** The `toJSON` of our errors contains no secret. */
export const problemOf = (failure: Failure): Problem => ({
  exitCode: exitCode(failure),
  line: sentence(failure),
  json: { ...(failure.toJSON() as object), exitCode: exitCode(failure) }
})
