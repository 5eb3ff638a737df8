/** Finds the app's credential: on standard input, in the environment, in the store, or at a hidden prompt. */
import type { SessionStore } from "@tmdb-session/node"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { type Failure, NotSignedIn, UsageError } from "./Failure.js"
import { type AppCredential, credentialOf, type Environment } from "./Settings.js"
import { isInteractive, say, secret, type Terminal } from "./Terminal.js"

const asked = secret("API read access token (or v3 API key)")

/** Only an access token has dots: it is a JSON Web Token. */
const recognise = (value: Redacted.Redacted<string>): Effect.Effect<AppCredential, UsageError> => {
  const text = Redacted.value(value)
  if (text === "")
    return new UsageError({ message: "No API credential was entered. Run the command again and paste it." })
  return Effect.succeed(
    text.includes(".") ? { accessToken: value, source: "given" } : { apiKey: value, source: "given" }
  )
}

const needed = (command: string) =>
  new NotSignedIn({
    message: `There is no API credential. Set TMDB_ACCESS_TOKEN to the API read access token from https://www.themoviedb.org/settings/api, or pipe it in: tmdb-session ${command} --with-token < file`
  })

export const choose = (
  command: "login" | "validate-key",
  options: { readonly withToken?: boolean | undefined },
  env: Environment,
  record?: SessionStore.SessionRecord
): Effect.Effect<AppCredential, Failure, Terminal> =>
  Effect.gen(function* () {
    if (options.withToken === true) return yield* recognise(yield* asked)
    const credential = credentialOf(env, record)
    if (credential !== undefined) return credential
    if (!(yield* isInteractive)) return yield* needed(command)
    yield* say("Every app has its own API credential. Find yours at https://www.themoviedb.org/settings/api")
    return yield* recognise(yield* asked)
  })
