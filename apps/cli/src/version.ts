/** Written in by the build, from package.json. */
declare const TMDB_SESSION_VERSION: string

export const version: string = TMDB_SESSION_VERSION
