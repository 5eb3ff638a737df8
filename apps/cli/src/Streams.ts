/** A reader that has gone is no error: `tmdb-session token | head -c1`. */
export const endQuietlyWithoutReader = (): void => {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE" || error.code === "EIO") process.exit(process.exitCode ?? 0)
    })
  }
}
