/**
 * A request as it arrives, before it is routed.
 */
export interface RequestHead {
  readonly method: string
  /** Absolute, or a path with its query. */
  readonly url: string
  /** By lower-case name. */
  readonly headers: { readonly [name: string]: string | ReadonlyArray<string> | undefined }
}

export type RequestBody = Uint8Array | string

export const header = (head: RequestHead, name: string): string | undefined => {
  const value = head.headers[name]
  return typeof value === "string" ? value : value?.[0]
}

export const bodyText = (body: RequestBody): string =>
  typeof body === "string" ? body : new TextDecoder().decode(body)

/** The object in the body, if the body is JSON and is sent as JSON. */
export const jsonObject = (
  head: RequestHead,
  body: RequestBody
): { readonly [field: string]: unknown } | undefined => {
  if (header(head, "content-type")?.toLowerCase().includes("application/json") !== true) return undefined
  try {
    const value: unknown = JSON.parse(bodyText(body))
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as { readonly [field: string]: unknown })
      : undefined
  } catch {
    return undefined
  }
}

export const parseUrl = (url: string): URL | undefined => {
  const absolute = url.startsWith("/") ? `http://sandbox${url}` : url
  return URL.canParse(absolute) ? new URL(absolute) : undefined
}

/**
 * TMDB's edge decodes a path once and then resolves its dots. An encoded slash
 * in a parameter therefore reaches another route.
 */
export const edgePath = (pathname: string): string => {
  if (!pathname.includes("%")) return pathname
  let decoded: string
  try {
    decoded = decodeURIComponent(pathname)
  } catch {
    return pathname
  }
  const resolved: Array<string> = []
  for (const segment of decoded.split("/")) {
    if (segment === "..") resolved.pop()
    else if (segment !== ".") resolved.push(segment)
  }
  return resolved[0] === "" ? resolved.join("/") : `/${resolved.join("/")}`
}
