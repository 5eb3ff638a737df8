/** An address as a page writes it: relative to the page or not. */

/** Undefined where it cannot be read. */
export const relativeToPage = (address: string): URL | undefined =>
  URL.canParse(address, location.href) ? new URL(address, location.href) : undefined
