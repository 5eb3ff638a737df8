import MovieDb from "node-themoviedb"

globalThis.session = new MovieDb("key").authentication.createSession({
  body: { request_token: location.href }
})
