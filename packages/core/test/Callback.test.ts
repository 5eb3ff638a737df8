/** What the address of a callback says. */
import { describe, expect, it } from "@effect/vitest"
import { Callback } from "../src/index.js"

const query = (text: string) => new URLSearchParams(text)

describe("the outcome", () => {
  it.each(["denied=true", "approved=true&denied=true", "denied=true&denied=false"])(
    "of %s is a refusal",
    (text) => expect(Callback.outcome(query(text))).toBe("denied")
  )

  it.each(["", "approved=true", "approved=false", "denied", "denied=1", "denied=TRUE", "denied=false"])(
    "of %s is none",
    (text) => expect(Callback.outcome(query(text))).toBe("approved")
  )
})

describe("a callback", () => {
  it.each(["", "approved=true", "request_token=ours", "request_token=ours&request_token=ours"])(
    "%s may belong to the sign-in",
    (text) => expect(Callback.isFor(query(text), "ours")).toBe(true)
  )

  it.each([
    "request_token=theirs",
    "request_token=",
    "request_token=our",
    "request_token=ours&request_token=theirs"
  ])("%s belongs to another one", (text) => expect(Callback.isFor(query(text), "ours")).toBe(false))
})
