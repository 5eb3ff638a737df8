/** A URL as a QR code for a terminal. */
import { renderUnicodeCompact } from "uqr"

export interface Code {
  readonly text: string
  /** In columns. */
  readonly width: number
}

/** Light on dark, as most terminals are, with a quiet border; a camera reads the reverse, too. */
export const code = (url: string): Code => {
  const text = renderUnicodeCompact(url, { border: 1, ecc: "L" })
  return { text, width: Math.max(...text.split("\n").map((line) => line.length)) }
}
