import { define, flag, json, port, profile, time, withToken } from "../Definition.js"

export const login = define({
  name: "login",
  description: "sign in, and keep the session",
  more:
    "The API credential comes from the environment, from standard input (--with-token) or from a hidden " +
    "prompt; one that was given by hand is kept with the session. The session goes into the system's keyring, " +
    "where there is one, else into a file that only you can read.",
  examples: [
    "tmdb-session login",
    "tmdb-session login --no-browser --timeout 5m",
    "tmdb-session login --with-token < token.txt",
    "tmdb-session login --profile work --v4"
  ],
  options: {
    noBrowser: flag("show the URL, open nothing"),
    qr: flag("show the URL as a QR code, too, to approve on a phone"),
    withLogin: flag("ask for a TMDB username and password in place of the browser"),
    withToken,
    v4: flag("sign in to version 4: an access token, and the session it converts to"),
    force: flag("sign in again over a session that is there"),
    insecureStorage: flag("keep the session in the file, even where there is a keyring"),
    profile,
    timeout: { description: "how long to wait for the approval", value: time },
    port: { description: "the loopback port that the browser comes back to", value: port },
    json
  },
  prints: "{ profile, current, username, version, apiUrl, place }",
  load: () => import("./login.run.js")
})
