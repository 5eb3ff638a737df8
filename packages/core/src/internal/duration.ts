/** A duration as a caller writes it. */
import * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import { InvalidConfiguration } from "../TmdbError.js"

/** What JavaScript passes may be none: `"soon"` would otherwise be thrown. */
export const duration = (
  name: string,
  input: Duration.DurationInput
): Either.Either<Duration.Duration, InvalidConfiguration> =>
  Either.fromOption(
    Duration.decodeUnknown(input),
    () =>
      new InvalidConfiguration({
        operation: "configuration",
        what: `The ${name} is not a duration`,
        next: 'Give one such as "10 seconds", or a number of milliseconds'
      })
  )
