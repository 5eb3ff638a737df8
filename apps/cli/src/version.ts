/** The build replaces it with the version in package.json. */
declare const TMDB_SESSION_VERSION: string

export const version: string = TMDB_SESSION_VERSION
