/**
 * Defines what is secret, and keeps it out of everything that can be printed.
 *
 * Every secret is `Redacted` from where it enters to where it is written to the
 * wire. TMDB's words (`status_message`, `errors`) may repeat a secret, so they
 * pass through `scrub` before an error keeps them.
 */
import * as ParseResult from "effect/ParseResult"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { encodeComponent } from "./url.js"

/** A secret as text or `Redacted` text. `secret` makes it `Redacted`. */
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

/** The one list of fields whose values are secret, in requests and in answers. */
export const secretFields: ReadonlySet<string> = new Set([
  "access_token",
  "api_key",
  "guest_session_id",
  "password",
  "request_token",
  "session_id"
])

/** The secrets among fields: the texts whose names are in the list. */
export const secretsIn = (fields: Readonly<Record<string, unknown>>): ReadonlyArray<string> =>
  Object.entries(fields).flatMap(([name, value]) =>
    secretFields.has(name) && typeof value === "string" ? [value] : []
  )

/** Makes a caller's input `Redacted`. If JavaScript passes something other than text, it becomes empty. */
export const secret = (input: SecretInput): Redacted.Redacted<string> => {
  if (Redacted.isRedacted(input)) return input
  return Redacted.make(typeof input === "string" ? input : "")
}

/** 24 characters are more than any word of TMDB's has, and fewer than any token. A JSON Web Token is matched by its beginning. */
const tokenShape = /(?:[A-Za-z0-9+/_=-]{24,}|eyJ[A-Za-z0-9_-]+)(?:\.[A-Za-z0-9_-]+)*/g

const replacement = "<redacted>"

/** Tabs, line breaks and escapes would let an answer control the reader's terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
const controlCharacters = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g

const longest = 300

/** The forms of a secret: plain, URL-encoded and base64. */
const formsOf = (secret: string): ReadonlyArray<string> =>
  secret === "" ? [] : [secret, encodeComponent(secret), base64(secret)]

/** Whether a text contains one of the secrets, in any form. */
export const mentions = (text: string, secrets: ReadonlyArray<string>): boolean =>
  secrets.flatMap(formsOf).some((form) => text.includes(form))

const base64 = (text: string): string => {
  const bytes = Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte))
  return btoa(bytes.join("")).replace(/=+$/, "")
}

/**
 * Makes words from an answer safe to keep. It replaces known secrets (plain,
 * URL-encoded or base64) and whatever looks like a token, replaces control
 * characters with spaces, and limits the length.
 */
export const scrub = (text: string, secrets: ReadonlyArray<string>): string => {
  let clean = text
  for (const form of secrets.flatMap(formsOf)) clean = clean.replaceAll(form, replacement)
  // The text is cut last, since half a secret would not be recognised.
  return clean.replace(tokenShape, replacement).replace(controlCharacters, " ").trim().slice(0, longest)
}
