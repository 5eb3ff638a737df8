import { define, flag, json, port, profile, time, withToken } from "../Definition.js"

export const login = define({
  name: "login",
  description: "sign in and store the session",
  more:
    "The API credential comes from the environment, from standard input (--with-token) or from a hidden " +
    "prompt. Unless it comes from the environment, it is stored with the session. The session goes into the " +
    "system's keyring if there is one, else into a file that only you can read.",
  examples: [
    "tmdb-session login",
    "tmdb-session login --no-browser --timeout 5m",
    "tmdb-session login --with-token < token.txt",
    "tmdb-session login --profile work --v4"
  ],
  options: {
    noBrowser: flag("show the URL and do not open a browser"),
    qr: flag("also show the URL as a QR code, to approve on a phone"),
    withLogin: flag("ask for a TMDB username and password instead of using the browser"),
    withToken,
    v4: flag("sign in with version 4: get an access token, and a session from it"),
    force: flag("replace a stored session without asking"),
    insecureStorage: flag("store the session in the file even if there is a keyring"),
    profile,
    timeout: { description: "how long to wait for the approval", value: time },
    port: { description: "the loopback port for the callback from the browser", value: port },
    json
  },
  prints: "{ profile, current, username, version, apiUrl, place }",
  load: () => import("./login.run.js")
})
