/** Signs in by itself, without a click, which no browser lets open a window. */
kept.result = tmdb
  .createTmdbClient({ apiUrl: "/tmdb" })
  .signIn({ approval: tmdb.PopupApproval.layer({ redirectTo: "/landing" }) })
kept.result.catch(() => undefined)

export {}
