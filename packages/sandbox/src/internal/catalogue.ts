/**
 * A few invented films and shows, in the shapes of TMDB's lists. Two have ids
 * that many examples and recordings use: 550 and 1396.
 */
export interface Movie {
  readonly adult: boolean
  readonly backdrop_path: string | null
  readonly genre_ids: ReadonlyArray<number>
  readonly id: number
  readonly original_language: string
  readonly original_title: string
  readonly overview: string
  readonly popularity: number
  readonly poster_path: string | null
  readonly release_date: string
  readonly title: string
  readonly video: boolean
  readonly vote_average: number
  readonly vote_count: number
}

export interface Series {
  readonly adult: boolean
  readonly backdrop_path: string | null
  readonly genre_ids: ReadonlyArray<number>
  readonly id: number
  readonly origin_country: ReadonlyArray<string>
  readonly original_language: string
  readonly original_name: string
  readonly overview: string
  readonly popularity: number
  readonly poster_path: string | null
  readonly first_air_date: string
  readonly name: string
  readonly vote_average: number
  readonly vote_count: number
}

export interface Episode {
  readonly air_date: string
  readonly episode_number: number
  readonly id: number
  readonly name: string
  readonly overview: string
  readonly production_code: string
  readonly runtime: number
  readonly season_number: number
  readonly show_id: number
  readonly still_path: string | null
  readonly vote_average: number
  readonly vote_count: number
}

const movie = (
  id: number,
  title: string,
  release_date: string,
  overview: string,
  vote_average: number
): Movie => ({
  adult: false,
  backdrop_path: null,
  genre_ids: [18],
  id,
  original_language: "en",
  original_title: title,
  overview,
  popularity: Math.round(vote_average * 1000) / 100,
  poster_path: null,
  release_date,
  title,
  video: false,
  vote_average,
  vote_count: 100 + (id % 97)
})

const series = (
  id: number,
  name: string,
  first_air_date: string,
  overview: string,
  vote_average: number
): Series => ({
  adult: false,
  backdrop_path: null,
  genre_ids: [35],
  id,
  origin_country: ["US"],
  original_language: "en",
  original_name: name,
  overview,
  popularity: Math.round(vote_average * 1000) / 100,
  poster_path: null,
  first_air_date,
  name,
  vote_average,
  vote_count: 100 + (id % 97)
})

const episode = (show_id: number, episode_number: number, name: string): Episode => ({
  air_date: `2019-03-0${episode_number}`,
  episode_number,
  id: show_id * 100 + episode_number,
  name,
  overview: "",
  production_code: "",
  runtime: 42,
  season_number: 1,
  show_id,
  still_path: null,
  vote_average: 7.5,
  vote_count: 10
})

export const movies: ReadonlyArray<Movie> = [
  movie(550, "The Quiet Turnstile", "2011-05-06", "A night porter counts everyone who leaves.", 7.9),
  movie(551, "Salt and Paper", "2014-09-19", "Two archivists argue over one letter.", 6.8),
  movie(552, "Eleven Lanterns", "2017-02-03", "A village keeps its lights on for a ship.", 8.1),
  movie(553, "Half a Map", "2019-11-29", "Surveyors disagree about a river.", 7.2),
  movie(554, "The Borrowed Winter", "2022-01-14", "Someone returns what no one lent.", 6.4)
]

export const shows: ReadonlyArray<Series> = [
  series(1396, "Small Claims Court", "2019-03-01", "Neighbours bring what they cannot settle.", 8.4),
  series(1397, "The Ferry Timetable", "2020-06-12", "A crew keeps an island's hours.", 7.6),
  series(1398, "Understudies", "2021-10-08", "They know every line and never go on.", 7.1)
]

export const episodes: ReadonlyArray<Episode> = shows.flatMap((show) => [
  episode(show.id, 1, "The First Hearing"),
  episode(show.id, 2, "The Second Opinion"),
  episode(show.id, 3, "The Third Party")
])

export const movieKey = (id: number | string): string => `movie/${id}`
export const seriesKey = (id: number | string): string => `tv/${id}`
export const episodeKey = (show: number | string, season: number | string, number: number | string): string =>
  `tv/${show}/season/${season}/episode/${number}`
