/** Made-up secrets that the clients send and get. The reports search for them in errors. */

export const credentials = {
  apiKey: "0123456789abcdef0123456789abcdef",
  accessToken: "eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOiJiZW5jaCJ9.bWFkZS11cA"
}

export const requestToken = "ff5c7eeb5a8870efe3cd7fc5c282cffd26800ecd"

export const sessionId = "79191836ddaa0da3df76a5ffef6f07ad6ab0c641"
