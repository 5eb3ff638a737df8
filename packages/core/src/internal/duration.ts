/** Reads a duration that a caller passed. */
import * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type { InvalidConfiguration } from "../TmdbError.js"
import { invalidConfiguration } from "./configuration.js"

/** In milliseconds. JavaScript may pass text that is not a duration, at which Effect would throw. */
export const milliseconds = (
  name: string,
  input: Duration.DurationInput
): Either.Either<number, InvalidConfiguration> =>
  Option.match(Duration.decodeUnknown(input), {
    onNone: () =>
      invalidConfiguration(
        `The ${name} is not a duration`,
        'Give one such as "10 seconds", or a number of milliseconds'
      ),
    onSome: (duration) => Either.right(Duration.toMillis(duration))
  })
