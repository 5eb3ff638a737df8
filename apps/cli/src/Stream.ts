/** One of the streams that a command writes to. */
import type { Style } from "./Style.js"

export interface Stream {
  readonly write: (text: string) => void
  readonly style: Style
  /** Whether a person reads it at a terminal. */
  readonly isTerminal: boolean
  /** In columns. */
  readonly width: () => number
}
