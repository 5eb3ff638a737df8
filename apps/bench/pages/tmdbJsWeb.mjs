import { TMDBWebAPI } from "tmdb-js-web"

globalThis.session = new TMDBWebAPI({ apiKey: "key" }).v3.authentication.createSession({
  request_token: location.href
})
