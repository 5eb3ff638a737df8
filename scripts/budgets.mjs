/** Sizes that have to hold. The tests and the measurements read them here, and nowhere else. */

/**
 * What a page that signs in may add to one that has Effect, `HttpClient` and
 * `Schema` already: in bytes, minified and gzipped.
 */
export const overTheFloor = 10_000
