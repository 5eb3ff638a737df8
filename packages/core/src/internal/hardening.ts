/**
 * Turns off what `fetch` does by default and must not do with these requests: keep
 * the answer, which holds one person's token, send the app's cookies, follow a
 * redirect with the credential, and tell TMDB which page asked.
 */

/** The value, or `undefined` on an older runtime that throws at this field. */
const taken = <Value>(name: string, value: Value): Value | undefined => {
  if (typeof Request === "undefined") return value
  try {
    new Request("http://localhost", { [name]: value })
    return value
  } catch {
    return undefined
  }
}

/** Getters, so that nothing is tried before `fetch` is called: naming `Request` makes Node load all of `fetch`. */
export const requestInit = {
  get cache() {
    return taken("cache", "no-store")
  },
  get credentials() {
    return taken("credentials", "omit")
  },
  get redirect() {
    return taken("redirect", "manual")
  },
  get referrerPolicy() {
    return taken("referrerPolicy", "no-referrer")
  }
} as RequestInit
