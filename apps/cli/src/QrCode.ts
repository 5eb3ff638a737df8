/** A URL as a QR code for a terminal. */
import { renderUnicodeCompact } from "uqr"

export interface Code {
  readonly text: string
  /** In columns. */
  readonly width: number
}

/** Draws it light on dark, for dark terminals, with the border that a camera needs. Cameras also read it inverted. */
export const code = (url: string): Code => {
  const text = renderUnicodeCompact(url, { border: 1, ecc: "L" })
  return { text, width: Math.max(...text.split("\n").map((line) => line.length)) }
}
