/** Sizes that have to hold. The tests and the measurements read them here, and nowhere else. */

/**
 * What a page may weigh, minified and gzipped, in bytes: in all, and over the floor, which signs in by the same
 * libraries with nothing of ours. Each is a file of `packages/browser/test/bundles`. The browser adapter's README
 * names the figures; whoever changes one changes it there too.
 *
 * @type {Readonly<Record<"sign-in" | "create-session" | "promise", { readonly over: number, readonly whole: number }>>}
 */
export const most = {
  "sign-in": { over: 10_000, whole: 95_000 },
  "create-session": { over: 7_000, whole: 91_000 },
  promise: { over: 13_500, whole: 98_000 }
}
