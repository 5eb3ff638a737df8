/** The streams that a command writes to: results to one, everything else to the other. */
import type { Style } from "./Style.js"

export interface Stream {
  readonly write: (text: string) => void
  readonly style: Style
  /** Whether a person reads it at a terminal. */
  readonly isTerminal: boolean
  /** In columns. */
  readonly width: () => number
}

export interface Streams {
  /** What a script reads. */
  readonly results: Stream
  /** What a person reads. */
  readonly messages: Stream
}
