/** The one command tree: parsing, help and examples. A command's own code is loaded when it runs. */
import { Command, InvalidArgumentError, Option } from "commander"
import type * as Duration from "effect/Duration"
import type { Options as Login } from "./commands/Login.js"
import type { Options as Logout } from "./commands/Logout.js"
import type { Options as Sandbox } from "./commands/Sandbox.js"
import type { Options as Whoami } from "./commands/Whoami.js"
import { version } from "./version.js"

const examples = (...lines: ReadonlyArray<string>): string =>
  `\nExamples:\n${lines.map((line) => `  $ ${line}`).join("\n")}`

const port = (text: string): number => {
  const number = Number(text)
  if (/^\d+$/.test(text) && number <= 65_535) return number
  throw new InvalidArgumentError("It is a number from 0 to 65535.")
}

/** `90`, `90s`, `5m`, `1h`, `5 minutes`: kept as text until Effect is loaded. */
const duration = (text: string): Duration.DurationInput => {
  const match = /^(\d+(?:\.\d+)?)\s*(s|m|h|seconds?|minutes?|hours?)?$/.exec(text.trim())
  const unit = { s: "seconds", m: "minutes", h: "hours" }[match?.[2]?.[0] ?? "s"]
  if (match !== null && Number(match[1]) > 0) return `${Number(match[1])} ${unit}` as Duration.DurationInput
  throw new InvalidArgumentError("It is a time such as 90s, 5m or 1h.")
}

const profile = () => new Option("--profile <name>", "which of several sign-ins")
const json = () => new Option("--json", "print one JSON object")

/** Loads what runs a command only once one runs: `--help` is answered without Effect. */
const start = async (
  load: () => Promise<import("./Run.js").Command>,
  options: { readonly json?: boolean | undefined } = {}
): Promise<void> => {
  const [{ run }, command] = await Promise.all([import("./Run.js"), load()])
  await run(command, options)
}

export const program = (): Command => {
  const root = new Command("tmdb-session")
    .description("Sign in to The Movie Database (TMDB) from the terminal.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "show help")
    .helpCommand("help [command]", "show help for a command")
    .showSuggestionAfterError(true)
    .showHelpAfterError("(see --help)")
    .configureHelp({ sortSubcommands: false })
    .addHelpText(
      "after",
      `${examples("tmdb-session login", "tmdb-session whoami", 'curl "…&session_id=$(tmdb-session token)"')}

Environment:
  TMDB_ACCESS_TOKEN        the API read access token (or TMDB_API_KEY, a v3 API key)
  TMDB_SESSION_ID          a session to use instead of the stored one
  TMDB_API_URL             the API; https://api.themoviedb.org unless set
  TMDB_WEB_URL             the site; https://www.themoviedb.org unless set
  TMDB_SESSION_CONFIG_DIR  where sessions are kept

Exit codes:
  0 done · 1 failed · 2 usage · 3 not approved · 4 not signed in, or refused · 5 TMDB unreachable · 130 interrupted`
    )

  root
    .command("login")
    .description("sign in, and keep the session")
    .option("--no-browser", "show the URL, open nothing")
    .option("--with-login", "ask for a TMDB username and password in place of the browser")
    .option("--with-token", "read the API credential from standard input")
    .option("--v4", "sign in to version 4: an access token, and the session it converts to")
    .option("--force", "sign in again over a session that is there")
    .addOption(profile())
    .addOption(new Option("--timeout <time>", "how long to wait for the approval").argParser(duration))
    .addOption(
      new Option("--port <number>", "the loopback port that the browser comes back to").argParser(port)
    )
    .addOption(json())
    .addHelpText(
      "after",
      examples(
        "tmdb-session login",
        "tmdb-session login --no-browser --timeout 5m",
        "tmdb-session login --with-token < token.txt"
      )
    )
    .action(async (options: Omit<Login, "timeout"> & { readonly timeout?: Duration.DurationInput }) =>
      start(async () => {
        const [{ login }, { decode }] = await Promise.all([
          import("./commands/Login.js"),
          import("effect/Duration")
        ])
        const { timeout, ...rest } = options
        return login(timeout === undefined ? rest : { ...rest, timeout: decode(timeout) })
      }, options)
    )

  root
    .command("whoami")
    .description("print whose session it is")
    .addOption(profile())
    .addOption(json())
    .addHelpText("after", examples("tmdb-session whoami", "tmdb-session whoami --json"))
    .action(async (options: Whoami) =>
      start(async () => (await import("./commands/Whoami.js")).whoami(options), options)
    )

  root
    .command("token")
    .description("print the session id, alone")
    .addOption(profile())
    .addHelpText(
      "after",
      examples('curl "https://api.themoviedb.org/3/account?session_id=$(tmdb-session token)&…"')
    )
    .action(async (options: { readonly profile?: string }) =>
      start(async () => (await import("./commands/Token.js")).token(options))
    )

  root
    .command("logout")
    .description("end the session at TMDB, and forget it")
    .addOption(profile())
    .option("--all", "sign out of every profile")
    .addHelpText("after", examples("tmdb-session logout", "tmdb-session logout --all"))
    .action(async (options: Logout) =>
      start(async () => (await import("./commands/Logout.js")).logout(options))
    )

  root
    .command("sandbox")
    .description("run a stand-in for TMDB on a loopback port")
    .addOption(new Option("--port <number>", "the port; a free one unless given").argParser(port))
    .option("--auto-approve", "approve every request token by itself, a moment after it is issued")
    .addHelpText("after", examples("tmdb-session sandbox", "tmdb-session sandbox --port 8787 --auto-approve"))
    .action(async (options: Sandbox) =>
      start(async () => (await import("./commands/Sandbox.js")).sandbox(options))
    )

  return root
}
