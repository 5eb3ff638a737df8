/** The variables that the command reads, for help, the manual and README. */
export const environment: ReadonlyArray<readonly [name: string, meaning: string]> = [
  ["TMDB_ACCESS_TOKEN", "the API read access token"],
  ["TMDB_API_KEY", "a v3 API key, used when there is no access token"],
  ["TMDB_SESSION_ID", "a session to use instead of the stored one"],
  ["TMDB_API_URL", "the API; https://api.themoviedb.org unless set"],
  ["TMDB_WEB_URL", "the site; https://www.themoviedb.org unless set"],
  ["TMDB_SESSION_CONFIG_DIR", "the folder that sessions are stored in"],
  ["HTTPS_PROXY, ALL_PROXY, NO_PROXY", "a proxy (http, socks5), and the hosts to reach without it"],
  ["NO_COLOR, FORCE_COLOR", "no colours, or colours everywhere"]
]
