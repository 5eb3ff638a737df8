/** The one command tree: parsing, help, completions and the manual. A command's own code is loaded when it runs. */
import { Argument, Command, Help, InvalidArgumentError, Option } from "commander"
import { version } from "./version.js"

/** Options of every command. */
export interface Shared {
  readonly json?: boolean | undefined
  readonly verbose?: boolean | undefined
}

/** What is told of a command beyond its options, by the help and by the manual. */
export interface Notes {
  readonly examples: ReadonlyArray<string>
  /** Whole paragraphs, where the options do not tell all. */
  readonly more?: string
}

const notesOf = new WeakMap<Command, Notes>()

export const notes = (command: Command): Notes | undefined => notesOf.get(command)

export const environment: ReadonlyArray<readonly [name: string, meaning: string]> = [
  ["TMDB_ACCESS_TOKEN", "the API read access token"],
  ["TMDB_API_KEY", "a v3 API key, used when there is no access token"],
  ["TMDB_SESSION_ID", "a session to use in place of the stored one"],
  ["TMDB_API_URL", "the API; https://api.themoviedb.org unless set"],
  ["TMDB_WEB_URL", "the site; https://www.themoviedb.org unless set"],
  ["TMDB_SESSION_CONFIG_DIR", "where sessions are kept"]
]

export const exitCodes: ReadonlyArray<readonly [code: number, meaning: string]> = [
  [0, "done"],
  [1, "failed"],
  [2, "the command was used wrongly, or a setting is malformed"],
  [3, "the person denied, or never answered"],
  [4, "not signed in, or the credentials are missing or refused"],
  [5, "TMDB is unreachable, down or limits the rate"],
  [130, "interrupted (129 by a hang-up, 143 by a termination)"]
]

const port = (text: string): number => {
  const number = Number(text)
  if (/^\d+$/.test(text) && number <= 65_535) return number
  throw new InvalidArgumentError("It is a number from 0 to 65535.")
}

/** `90`, `90s`, `5m`, `1h`, `5 minutes`: as what Effect reads, once it is loaded. */
const duration = (text: string): string => {
  const match = /^(\d+(?:\.\d+)?)\s*(s|m|h|seconds?|minutes?|hours?)?$/.exec(text.trim())
  const unit = { s: "seconds", m: "minutes", h: "hours" }[match?.[2]?.[0] ?? "s"]
  if (match !== null && Number(match[1]) > 0) return `${Number(match[1])} ${unit}`
  throw new InvalidArgumentError("It is a time such as 90s, 5m or 1h.")
}

const collect = (value: string, before: ReadonlyArray<string> = []): ReadonlyArray<string> => [
  ...before,
  value
]

const profile = () => new Option("--profile <name>", "the profile; the current one unless given")
const json = () => new Option("--json", "print one JSON object")
const withToken = () => new Option("--with-token", "read the API credential from standard input")

type Commands = typeof import("./Commands.js")
type Running = import("./Run.js").Command

/** Makes the action of a command: what runs it is loaded only now, so that `--help` is answered without Effect. */
const runs =
  <Options extends Shared>(
    make: (commands: Commands, options: Options, ...args: ReadonlyArray<string>) => Running | Promise<Running>
  ) =>
  async (...given: ReadonlyArray<unknown>): Promise<void> => {
    const command = given.at(-1) as Command
    const options = command.optsWithGlobals<Options>()
    const commands = await import("./Commands.js")
    await commands.run(await make(commands, options, ...command.args), options)
  }

const wrapped = (text: string): string => new Help().boxWrap(text, Math.min(80, process.stdout.columns ?? 80))

const describe = (command: Command, described: Notes): Command => {
  notesOf.set(command, described)
  const examples = `\nExamples:\n${described.examples.map((line) => `  $ ${line}`).join("\n")}`
  return command.addHelpText("after", () =>
    described.more === undefined ? examples : `\n${wrapped(described.more)}\n${examples}`
  )
}

const listed = (rows: ReadonlyArray<readonly [string | number, string]>): string => {
  const width = Math.max(...rows.map(([name]) => String(name).length))
  return rows.map(([name, meaning]) => `  ${String(name).padEnd(width)}  ${meaning}`).join("\n")
}

/** The tree, or of its commands the one of a name alone: a start that knows which one it needs makes no other. */
export const program = (only?: string): Command => {
  const root = new Command("tmdb-session")
    .description("Sign in to The Movie Database (TMDB) from the terminal.")
    .version(version, "-V, --version", "print the version")
    .option("-v, --verbose", "show the requests that are made, without secrets")
    .helpOption("-h, --help", "show help")
    .helpCommand("help [command]", "show help for a command")
    .showSuggestionAfterError(true)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ outputError: () => undefined })

  const wanted = (name: string): boolean => only === undefined || only === name
  const add = (
    name: string,
    description: string,
    described: Notes,
    complete: (command: Command) => Command
  ): void => {
    if (wanted(name)) complete(describe(root.command(name).description(description), described))
  }

  describe(root, {
    examples: ["tmdb-session login", "tmdb-session status", "tmdb-session api account"]
  }).addHelpText("after", `\nEnvironment:\n${listed(environment)}\n\nExit codes:\n${listed(exitCodes)}`)

  add(
    "login",
    "sign in, and keep the session",
    {
      examples: [
        "tmdb-session login",
        "tmdb-session login --no-browser --timeout 5m",
        "tmdb-session login --with-token < token.txt",
        "tmdb-session login --profile work --v4"
      ],
      more:
        "The API credential comes from the environment, from standard input (--with-token) or from a hidden " +
        "prompt; one that was given by hand is kept with the session. The session goes into the system's keyring, " +
        "where there is one, else into a file that only you can read."
    },
    (command) =>
      command
        .option("--no-browser", "show the URL, open nothing")
        .option("--qr", "show the URL as a QR code, too, to approve on a phone")
        .option("--with-login", "ask for a TMDB username and password in place of the browser")
        .addOption(withToken())
        .option("--v4", "sign in to version 4: an access token, and the session it converts to")
        .option("--force", "sign in again over a session that is there")
        .option("--insecure-storage", "keep the session in the file, even where there is a keyring")
        .addOption(profile())
        .addOption(new Option("--timeout <time>", "how long to wait for the approval").argParser(duration))
        .addOption(
          new Option("--port <number>", "the loopback port that the browser comes back to").argParser(port)
        )
        .addOption(json())
        .action(
          runs<import("./commands/login.run.js").Options & Shared>(async (_, options) =>
            (await import("./commands/login.run.js")).login(options)
          )
        )
  )

  add(
    "status",
    "show what is stored, where, and whether TMDB still accepts it",
    {
      examples: ["tmdb-session status", "tmdb-session status --json"],
      more: "The exit code is that of the session which commands use: 0 when TMDB accepts it."
    },
    (command) =>
      command
        .addOption(new Option("--profile <name>", "show this profile alone"))
        .addOption(json())
        .action(
          runs<import("./commands/status.run.js").Options & Shared>(({ status }, options) => status(options))
        )
  )

  add(
    "whoami",
    "print whose session it is",
    {
      examples: ["tmdb-session whoami", "tmdb-session whoami --json"]
    },
    (command) =>
      command
        .addOption(profile())
        .addOption(json())
        .action(
          runs<import("./commands/whoami.run.js").Options & Shared>(({ whoami }, options) => whoami(options))
        )
  )

  add(
    "token",
    "print the session id, alone",
    {
      examples: ["TMDB_SESSION_ID=$(tmdb-session token) my-script"]
    },
    (command) =>
      command
        .addOption(profile())
        .action(
          runs<import("./commands/token.run.js").Options & Shared>(({ token }, options) => token(options))
        )
  )

  add(
    "switch",
    "make another profile the current one",
    {
      examples: ["tmdb-session switch work", "tmdb-session switch default"]
    },
    (command) =>
      command
        .addArgument(new Argument("<profile>", "the profile that commands use from now on"))
        .action(runs<Shared>(({ switchTo }, _, name = "") => switchTo(name)))
  )

  add(
    "logout",
    "end the session at TMDB, and forget it",
    {
      examples: ["tmdb-session logout", "tmdb-session logout --all"],
      more: "It is forgotten here even if TMDB cannot be reached, and you are told which of both happened."
    },
    (command) =>
      command
        .addOption(profile())
        .option("--all", "sign out of every profile")
        .addOption(json())
        .action(
          runs<import("./commands/logout.run.js").Options & Shared>(({ logout }, options) => logout(options))
        )
  )

  add(
    "guest",
    "print the id of a new guest session",
    {
      examples: ["tmdb-session guest", "tmdb-session guest --json"]
    },
    (command) =>
      command
        .addOption(profile())
        .addOption(json())
        .action(
          runs<import("./commands/guest.run.js").Options & Shared>(({ guest }, options) => guest(options))
        )
  )

  add(
    "request-token",
    "print a new request token, and where it is approved",
    {
      examples: ["tmdb-session request-token > token.txt", "tmdb-session request-token --json"]
    },
    (command) =>
      command
        .addOption(profile())
        .addOption(json())
        .action(
          runs<import("./commands/request-token.run.js").Options & Shared>(({ requestToken }, options) =>
            requestToken(options)
          )
        )
  )

  add(
    "create",
    "exchange an approved request token for a session, and print its id",
    {
      examples: ["tmdb-session create < token.txt"],
      more: "The request token is read from standard input, or asked for. The session is not kept."
    },
    (command) =>
      command
        .addOption(profile())
        .addOption(json())
        .action(
          runs<import("./commands/create.run.js").Options & Shared>(({ create }, options) => create(options))
        )
  )

  add(
    "validate-key",
    "ask TMDB whether it accepts the API credential",
    {
      examples: ["tmdb-session validate-key", "tmdb-session validate-key --with-token < token.txt"]
    },
    (command) =>
      command
        .addOption(withToken())
        .addOption(profile())
        .addOption(json())
        .action(
          runs<import("./commands/validate-key.run.js").Options & Shared>(({ validateKey }, options) =>
            validateKey(options)
          )
        )
  )

  add(
    "api",
    "call any endpoint of TMDB with the stored session",
    {
      examples: [
        "tmdb-session api account",
        "tmdb-session api account/{account_id}/favorite/movies --paginate",
        "tmdb-session api movie/550/rating -F value=8.5",
        "tmdb-session api -X DELETE movie/550/rating",
        "tmdb-session api 4/list --input list.json"
      ],
      more:
        "A path without a version belongs to version 3. {account_id} in it is filled in, and so is any other " +
        "{name} that a field gives. Fields go into the query of a GET and into the JSON body of the others; with " +
        "fields or --input the method is POST unless -X gives another. The answer is printed as it came, indented " +
        "on a terminal; --paginate prints a page on each line. The session is sent to the API it came from alone."
    },
    (command) =>
      command
        .addArgument(new Argument("<path>", "such as movie/550 or /4/account/{account_id}/lists"))
        .addOption(
          new Option("-X, --method <method>", "the HTTP method").choices(["GET", "POST", "PUT", "DELETE"])
        )
        .addOption(new Option("-f, --raw-field <key=value>", "a field that is text").argParser(collect))
        .addOption(
          new Option(
            "-F, --field <key=value>",
            "a field: true, false, null and numbers are typed, @file and @- are read"
          ).argParser(collect)
        )
        .option("--input <file>", "a file with the JSON body, or - for standard input")
        .option("--paginate", "fetch all pages, one after the other")
        .addOption(profile())
        .action(
          runs<import("./commands/api.run.js").Options & Shared>(({ api }, options, path = "") =>
            api(path, options)
          )
        )
  )

  add(
    "sandbox",
    "run a stand-in for TMDB on a loopback port",
    {
      examples: ["tmdb-session sandbox", "tmdb-session sandbox --port 8787 --auto-approve"]
    },
    (command) =>
      command
        .addOption(new Option("--port <number>", "the port; a free one unless given").argParser(port))
        .option("--auto-approve", "approve every request token by itself, a moment after it is issued")
        .action(
          runs<import("./commands/sandbox.run.js").Options & Shared>(async (_, options) =>
            (await import("./commands/sandbox.run.js")).sandbox(options)
          )
        )
  )

  add(
    "completions",
    "print a completion script",
    {
      examples: [
        'bash: eval "$(tmdb-session completions bash)", in ~/.bashrc',
        'zsh:  eval "$(tmdb-session completions zsh)", in ~/.zshrc after compinit',
        "fish: tmdb-session completions fish > ~/.config/fish/completions/tmdb-session.fish"
      ]
    },
    (command) =>
      command
        .addArgument(new Argument("<shell>").choices(["bash", "zsh", "fish"]))
        .action(async (shell: "bash" | "zsh" | "fish") => {
          const { script } = await import("./commands/completions.run.js")
          process.stdout.write(script(shell, program()))
        })
  )

  // What the completion scripts ask for.
  if (wanted("profiles")) {
    root
      .command("profiles", { hidden: true })
      .description("print the names of the profiles")
      .action(runs<Shared>(({ profiles }) => profiles))
  }

  return root
}
