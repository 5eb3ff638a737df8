/** What went wrong, for a person in one line and for a script as one JSON object. It knows no Effect. */
import type { Stream } from "./Streams.js"

export interface Problem {
  readonly exitCode: number
  readonly line: string
  readonly json: object
}

/** A problem that is none of an operation's. `next` is for a person alone: what to do about it. */
export const problem = (
  _tag: "UsageError" | "OutputLost" | "Defect",
  exitCode: number,
  message: string,
  next = ""
): Problem => ({ exitCode, line: message + next, json: { _tag, message, exitCode } })

export const tell = ({ style, write }: Stream, { json, line }: Problem, asJson: boolean): void =>
  write(`${asJson ? JSON.stringify({ error: json }) : `${style.cross} ${line}`}\n`)
