/**
 * What is secret, and how it is kept out of everything that can be printed.
 *
 * Every secret is `Redacted` from where it enters to where it is written to
 * the wire. What TMDB writes back to us in words (`status_message`, `errors`)
 * may repeat a secret, so it passes through `scrub` before an error keeps it.
 */
import * as ParseResult from "effect/ParseResult"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { encodeComponent } from "./url.js"

/** Text, or text that is wrapped already. `secret` wraps it. */
export type SecretInput = string | Redacted.Redacted<string>

/** A secret: text on the wire, never empty, and `Redacted` here. */
export const Secret: Schema.Schema<Redacted.Redacted<string>, string> = Schema.transformOrFail(
  Schema.String,
  Schema.RedactedFromSelf(Schema.String),
  {
    strict: true,
    decode: (text, _, ast) =>
      text === ""
        ? ParseResult.fail(new ParseResult.Type(ast, text))
        : ParseResult.succeed(Redacted.make(text)),
    encode: (value, _, ast) => {
      const text = Redacted.value(value)
      return text === "" ? ParseResult.fail(new ParseResult.Type(ast, text)) : ParseResult.succeed(text)
    }
  }
)

/** The one list of wire fields whose values are secret, sent or received. */
export const secretFields: ReadonlySet<string> = new Set([
  "access_token",
  "api_key",
  "guest_session_id",
  "password",
  "request_token",
  "session_id"
])

/** The secrets among the fields of a body: text under a name of the list. */
export const secretsIn = (fields: Readonly<Record<string, unknown>>): ReadonlyArray<string> =>
  Object.entries(fields).flatMap(([name, value]) =>
    secretFields.has(name) && typeof value === "string" ? [value] : []
  )

/** Wraps what a caller gave. What is not text becomes an empty secret, and is never printed. */
export const secret = (input: SecretInput): Redacted.Redacted<string> => {
  if (Redacted.isRedacted(input)) return input
  return Redacted.make(typeof input === "string" ? input : "")
}

/**
 * Finds tokens: longer than any word of TMDB's and no longer than its shortest
 * token, or with the beginning of a JSON Web Token.
 */
const tokenShape = /(?:[A-Za-z0-9+/_=-]{24,}|eyJ[A-Za-z0-9_-]+)(?:\.[A-Za-z0-9_-]+)*/g

const replacement = "<redacted>"

/** Tabs, line ends and escapes would let an answer write on the reader's terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
const controlCharacters = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g

const longest = 300

/** How a secret may be written: as it is, in a URL, in base64. */
const formsOf = (secret: string): ReadonlyArray<string> =>
  secret === "" ? [] : [secret, encodeComponent(secret), base64(secret)]

/** Whether a text holds one of the secrets, in any form. */
export const mentions = (text: string, secrets: ReadonlyArray<string>): boolean =>
  secrets.flatMap(formsOf).some((form) => text.includes(form))

const base64 = (text: string): string => {
  const bytes = Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte))
  return btoa(bytes.join("")).replace(/=+$/, "")
}

/**
 * Makes words of an answer safe to keep. It replaces known secrets (plain,
 * URL-encoded or base64) and whatever looks like a token, removes control
 * characters and bounds the length.
 */
export const scrub = (text: string, secrets: ReadonlyArray<string>): string => {
  let clean = text
  for (const form of secrets.flatMap(formsOf)) clean = clean.replaceAll(form, replacement)
  // Cut last: half a secret would not be recognised.
  return clean.replace(tokenShape, replacement).replace(controlCharacters, " ").trim().slice(0, longest)
}
