/**
 * Finds the row of a path. Paths without parameters are looked up in a map; the
 * others are tried in order.
 */
export interface Row {
  readonly method: string
  readonly path: string
}

export interface Found<A> {
  readonly row: A
  readonly parameters: { readonly [name: string]: string }
}

export interface Router<A> {
  readonly find: (method: string, path: string) => Found<A> | undefined
  /** The methods that a path has. */
  readonly methods: (path: string) => ReadonlyArray<string>
}

interface Pattern<A> {
  readonly segments: ReadonlyArray<string>
  readonly row: A
}

const none = {}

const isParameter = (segment: string) => segment.startsWith("{")

const match = (segments: ReadonlyArray<string>, path: ReadonlyArray<string>) => {
  if (segments.length !== path.length) return undefined
  const parameters: { [name: string]: string } = {}
  for (const [index, segment] of segments.entries()) {
    const value = path[index] ?? ""
    if (isParameter(segment) && value !== "") parameters[segment.slice(1, -1)] = value
    else if (segment !== value) return undefined
  }
  return parameters
}

export const makeRouter = <A extends Row>(rows: ReadonlyArray<A>): Router<A> => {
  const fixed = new Map<string, A>()
  const patterns: Array<Pattern<A>> = []
  for (const row of rows) {
    if (row.path.includes("{")) patterns.push({ row, segments: row.path.split("/") })
    else fixed.set(`${row.method} ${row.path}`, row)
  }

  const find = (method: string, path: string): Found<A> | undefined => {
    const row = fixed.get(`${method} ${path}`)
    if (row !== undefined) return { row, parameters: none }
    const segments = path.split("/")
    for (const pattern of patterns) {
      if (pattern.row.method !== method) continue
      const parameters = match(pattern.segments, segments)
      if (parameters !== undefined) return { row: pattern.row, parameters }
    }
    return undefined
  }

  const known = [...new Set(rows.map((row) => row.method))]
  return { find, methods: (path) => known.filter((method) => find(method, path) !== undefined) }
}
