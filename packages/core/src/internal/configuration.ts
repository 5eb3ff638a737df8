/** The error for a setting that cannot be used. */
import * as Either from "effect/Either"
import { InvalidConfiguration } from "../TmdbError.js"

export const invalidConfiguration = (
  what: string,
  next: string
): Either.Either<never, InvalidConfiguration> =>
  Either.left(new InvalidConfiguration({ operation: "configuration", what, next }))
