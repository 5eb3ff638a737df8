/** Reads a URL that may be relative to the page. Undefined when it cannot be read. */
export const relativeToPage = (address: string): URL | undefined =>
  URL.canParse(address, location.href) ? new URL(address, location.href) : undefined
