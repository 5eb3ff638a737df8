/**
 * Keeps sessions in the system's keyring: the Keychain, the Credential Manager
 * or the Secret Service, through the optional package `@napi-rs/keyring`.
 *
 * Without a keyring the layer fails. It does not fall back to a file unless the
 * app asks for that, with `Layer.orElse`.
 *
 * @since 0.1.0
 */
import * as SessionStore from "@tmdb-session/core/SessionStore"
import { SessionStoreError } from "@tmdb-session/core/TmdbError"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as keyring from "./internal/keyringProcess.js"

/**
 * How the keyring is used.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The service name of the entries, `"tmdb-session"` by default. */
  readonly service?: string | undefined
  /** How long one operation may take, including the time in which the person unlocks the keyring. 3 seconds by default. */
  readonly timeout?: Duration.DurationInput | undefined
}

const unavailable = (what: string, next: string) =>
  new SessionStoreError({ operation: "sessionStore", reason: "unavailable", what, next })

const failures: Readonly<Record<keyring.Failure, () => SessionStoreError>> = {
  missing: () =>
    unavailable(
      "The package @napi-rs/keyring cannot be loaded",
      "Install it (npm install @napi-rs/keyring), or keep sessions in a file"
    ),
  refused: () =>
    unavailable(
      "The system's keyring cannot be used",
      "Start and unlock it (on Linux: a Secret Service such as gnome-keyring), or keep sessions in a file"
    )
}

const silent = () =>
  unavailable("The system's keyring does not answer", "Unlock it, then try again, or keep sessions in a file")

const decodeText = Schema.decodeUnknown(Schema.NullOr(Schema.String))
const decodeKeys = Schema.decodeUnknown(Schema.Array(Schema.String))

const backend = (
  put: (question: keyring.Question) => Effect.Effect<unknown, keyring.Failure>,
  service: string,
  timeout: Duration.DurationInput
): SessionStore.Backend => {
  const ask = (question: keyring.Question): Effect.Effect<unknown, SessionStoreError> =>
    put(question).pipe(
      Effect.mapError((failure) => failures[failure]()),
      Effect.timeoutFail({ duration: timeout, onTimeout: silent })
    )
  return {
    get: (key) =>
      ask({ ask: "get", service, key }).pipe(
        Effect.flatMap((answer) => Effect.mapError(decodeText(answer), failures.refused)),
        Effect.map(Option.fromNullable)
      ),
    set: (key, value) => Effect.asVoid(ask({ ask: "set", service, key, value })),
    remove: (key) => Effect.asVoid(ask({ ask: "remove", service, key })),
    list: Effect.flatMap(ask({ ask: "list", service }), (answer) =>
      Effect.mapError(decodeKeys(answer), failures.refused)
    )
  }
}

/**
 * A store in the system's keyring. The layer and its operations fail with
 * `SessionStoreError`, reason `unavailable`, when the package is missing or the
 * keyring does not answer.
 *
 * @example
 * import { FileSessionStore, KeyringSessionStore } from "@tmdb-session/node"
 * import { Layer } from "effect"
 *
 * // In the keyring, or in a file where there is no keyring.
 * const Store = Layer.orElse(KeyringSessionStore.layer(), () => FileSessionStore.layer())
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options = {}): Layer.Layer<SessionStore.SessionStore, SessionStoreError> =>
  Layer.scoped(
    SessionStore.SessionStore,
    Effect.gen(function* () {
      const entries = backend(
        yield* keyring.make,
        options.service ?? "tmdb-session",
        options.timeout ?? "3 seconds"
      )
      // This changes nothing, but finds out now if the keyring is missing.
      yield* entries.list
      return SessionStore.make(entries)
    })
  )
