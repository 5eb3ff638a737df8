/** The exit codes of the command, for scripts. */
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
  [ExitCode.misused, "an argument, an option or a setting is not valid"],
  [ExitCode.denied, "the sign-in was denied, or not approved"],
  [ExitCode.notSignedIn, "not signed in, or the credentials are missing or refused"],
  [ExitCode.unreachable, "TMDB is unreachable or down, or limits the rate"],
  [ExitCode.interrupted, "interrupted by Ctrl-C (129 by SIGHUP, 143 by SIGTERM)"]
]
