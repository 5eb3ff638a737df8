/**
 * Keeps sessions in the system's keyring: the Keychain, the Credential Manager
 * or the Secret Service, through the optional package `@napi-rs/keyring`.
 *
 * Where there is none the layer fails: nothing falls back to a file unless the
 * app asks for it, with `Layer.orElse`.
 *
 * @since 0.1.0
 */
import * as SessionStore from "@tmdb-session/core/SessionStore"
import { SessionStoreError } from "@tmdb-session/core/TmdbError"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"

/**
 * How the keyring is used.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The name that entries are filed under; `"tmdb-session"` unless given. */
  readonly service?: string | undefined
  /** How long one operation may take, an unlocking by the person included; 3 seconds unless given. */
  readonly timeout?: Duration.DurationInput | undefined
}

type Keyring = typeof import("@napi-rs/keyring")

const unavailable = (what: string, next: string) =>
  new SessionStoreError({ operation: "sessionStore", reason: "unavailable", what, next })

const load: Effect.Effect<Keyring, SessionStoreError> = Effect.tryPromise({
  try: () => import("@napi-rs/keyring"),
  catch: () =>
    unavailable(
      "The package @napi-rs/keyring cannot be loaded",
      "Install it (npm install @napi-rs/keyring), or keep sessions in a file"
    )
})

const noKeyring = () =>
  unavailable(
    "The system's keyring cannot be used",
    "Start and unlock it (on Linux: a Secret Service such as gnome-keyring), or keep sessions in a file"
  )

const backend = (
  keyring: Keyring,
  service: string,
  timeout: Duration.DurationInput
): SessionStore.Backend => {
  /** The library's own message may hold the entry. */
  const use = <A>(evaluate: (signal: AbortSignal) => Promise<A>): Effect.Effect<A, SessionStoreError> =>
    Effect.tryPromise({ try: evaluate, catch: noKeyring }).pipe(
      Effect.timeoutFail({
        duration: timeout,
        onTimeout: () =>
          unavailable(
            "The system's keyring does not answer",
            "Unlock it, then try again, or keep sessions in a file"
          )
      })
    )
  // Without it, Linux falls back to the kernel's keyring, which forgets when the machine restarts.
  const entryOptions = { linux: { store: "secret-service" as const } }
  const entry = (key: string) => new keyring.AsyncEntry(service, key, entryOptions)
  return {
    get: (key) =>
      Effect.map(
        use((signal) => entry(key).getPassword(signal)),
        Option.fromNullable
      ),
    set: (key, value) => use((signal) => entry(key).setPassword(value, signal)),
    remove: (key) => Effect.asVoid(use((signal) => entry(key).deleteCredential(signal))),
    list: Effect.map(
      use((signal) => keyring.findCredentialsAsync(service, undefined, signal)),
      (found) => found.map(({ account }) => account)
    )
  }
}

/**
 * A store in the system's keyring. It fails with `SessionStoreError`, reason
 * `unavailable`, where the package or a keyring that answers is missing; its
 * operations fail the same way.
 *
 * @example
 * import { FileSessionStore, KeyringSessionStore } from "@tmdb-session/node"
 * import { Layer } from "effect"
 *
 * // In the keyring, and where there is none in a file, because this app says so.
 * const Store = Layer.orElse(KeyringSessionStore.layer(), () => FileSessionStore.layer())
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options = {}): Layer.Layer<SessionStore.SessionStore, SessionStoreError> =>
  Layer.effect(
    SessionStore.SessionStore,
    Effect.gen(function* () {
      const entries = backend(yield* load, options.service ?? "tmdb-session", options.timeout ?? "3 seconds")
      // A question that changes nothing, so that a missing keyring is known now.
      yield* entries.list
      return SessionStore.make(entries)
    })
  )
