/** What the exit code of the command tells a script. */
export const ExitCode = {
  done: 0,
  failed: 1,
  misused: 2,
  denied: 3,
  notSignedIn: 4,
  unreachable: 5,
  interrupted: 130
} as const

export const exitCodes: ReadonlyArray<readonly [code: number, meaning: string]> = [
  [ExitCode.done, "done"],
  [ExitCode.failed, "failed"],
  [ExitCode.misused, "the command was used wrongly, or a setting is malformed"],
  [ExitCode.denied, "the person denied, or never answered"],
  [ExitCode.notSignedIn, "not signed in, or the credentials are missing or refused"],
  [ExitCode.unreachable, "TMDB is unreachable, down or limits the rate"],
  [ExitCode.interrupted, "interrupted (129 by a hang-up, 143 by a termination)"]
]
