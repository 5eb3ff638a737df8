/** A problem: one line for a person, one JSON object for a script. Nothing here loads Effect. */
import type { Stream } from "./Streams.js"

export interface Problem {
  readonly exitCode: number
  readonly line: string
  readonly json: object
}

/** A problem of the command itself. `next` tells a person what to do, and is not part of the JSON. */
export const problem = (
  _tag: "UsageError" | "OutputLost" | "Defect",
  exitCode: number,
  message: string,
  next = ""
): Problem => ({ exitCode, line: message + next, json: { _tag, message, exitCode } })

export const tell = ({ style, write }: Stream, { json, line }: Problem, asJson: boolean): void =>
  write(`${asJson ? JSON.stringify({ error: json }) : `${style.cross} ${line}`}\n`)
