/**
 * What `fetch` does by itself and must not do with a request of ours: keep the
 * answer, which holds one person's token; send the cookies of the app; follow a
 * redirect with the credential; tell TMDB which page asked.
 */

/** The value, or nothing on an older runtime that throws at this field. */
const taken = <Value>(name: string, value: Value): Value | undefined => {
  if (typeof Request === "undefined") return value
  try {
    new Request("http://localhost", { [name]: value })
    return value
  } catch {
    return undefined
  }
}

/** Getters try nothing before `fetch` is called: Node loads all of `fetch` for the name `Request`. */
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
