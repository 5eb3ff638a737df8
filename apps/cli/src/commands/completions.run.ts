/**
 * Completion scripts, made from the definitions. They contain the commands and
 * options, and run `tmdb-session profiles` for the names of profiles.
 */
import * as Definition from "../Definition.js"

/** The values that an argument can have. */
type Values = Definition.Completion | "nothing" | ReadonlyArray<string>

interface Flag {
  readonly names: ReadonlyArray<string>
  readonly description: string
  /** Absent for a flag that takes no argument. */
  readonly values: Values | undefined
}

interface Word {
  readonly name: string
  readonly description: string
  readonly flags: ReadonlyArray<Flag>
  readonly values: Values
}

const valuesOf = ({ choices, completion }: Definition.Value<unknown>): Values =>
  choices ?? completion ?? "nothing"

const flagsOf = (options: Definition.Definition["options"]): ReadonlyArray<Flag> =>
  Object.entries(options).map(([key, { description, short, value }]) => ({
    names: [...(short === undefined ? [] : [short]), Definition.long(key)],
    description,
    values: value === undefined ? undefined : valuesOf(value)
  }))

const rootFlags = flagsOf({ ...Definition.shared, ...Definition.own })

/** The options of every command. */
const commandFlags = flagsOf({ ...Definition.shared, help: Definition.own.help })

const wordsOf = (all: ReadonlyArray<Definition.Definition>): ReadonlyArray<Word> => {
  const shown = all.filter(({ hidden }) => hidden !== true)
  const words = shown.map((definition) => {
    const [first] = Object.values(definition.arguments)
    return {
      name: definition.name,
      description: definition.description,
      flags: [...flagsOf(definition.options), ...commandFlags],
      values: first === undefined ? "nothing" : valuesOf(first.value)
    } as const
  })
  const names = words.map(({ name }) => name)
  return [
    ...words,
    { name: "help", description: "show help for a command", flags: commandFlags, values: [...names, "help"] }
  ]
}

/** Quotes text in single quotes, for each of the three shells. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

const bashWords = (values: Values): string => {
  if (values === "profiles")
    return 'COMPREPLY=($(compgen -W "$(tmdb-session profiles 2>/dev/null)" -- "$current"))'
  if (values === "files") return 'COMPREPLY=($(compgen -f -- "$current"))'
  if (values === "nothing") return "COMPREPLY=()"
  return `COMPREPLY=($(compgen -W ${quoted(values.join(" "))} -- "$current"))`
}

const bash = (words: ReadonlyArray<Word>): string => {
  const names = (flags: ReadonlyArray<Flag>) => flags.flatMap((flag) => flag.names)
  const everything = [...words.map((word) => word.name), ...names(rootFlags)]
  const cases = words.map((word) => {
    const taking = word.flags.filter((flag) => flag.values !== undefined)
    const arguments_ = taking.map(
      (flag) => `        ${flag.names.join("|")}) ${bashWords(flag.values ?? "nothing")}; return ;;`
    )
    return `    ${word.name})
      case "$previous" in
${arguments_.join("\n")}
      esac
      case "$current" in
        -*) ${bashWords(names(word.flags))} ;;
        *) ${bashWords(word.values)} ;;
      esac ;;`
  })
  return `# bash completion for tmdb-session
_tmdb_session() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command="" i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${COMP_WORDS[i]}" in
      -*) ;;
      *) command="\${COMP_WORDS[i]}"; break ;;
    esac
  done
  case "$command" in
    "") ${bashWords(everything)} ;;
${cases.join("\n")}
  esac
}
complete -F _tmdb_session tmdb-session
`
}

/** Escapes the characters that have a meaning in a zsh specification. */
const zshText = (text: string): string => text.replace(/[[\]:\\]/g, "\\$&")

const zshValues = (values: Values): string => {
  if (values === "profiles") return "profile:_tmdb_session_profiles"
  if (values === "files") return "file:_files"
  if (values === "nothing") return "value: "
  return `value:(${values.join(" ")})`
}

const zshFlag = ({ description, names, values }: Flag): string => {
  const either = names.length > 1 ? `'(${names.join(" ")})'{${names.join(",")}}` : quoted(names[0] ?? "")
  const more = values === undefined ? "" : `:${zshValues(values)}`
  return `${either}${quoted(`[${zshText(description)}]${more}`)}`
}

const zsh = (words: ReadonlyArray<Word>): string => {
  const commands = words.map(({ description, name }) => `    ${quoted(`${name}:${zshText(description)}`)}`)
  const cases = words.map((word) => {
    const specs = [...word.flags.map(zshFlag), quoted(`*:${zshValues(word.values)}`)]
    return `        ${word.name})
          _arguments -S \\
            ${specs.join(" \\\n            ")} ;;`
  })
  return `#compdef tmdb-session
_tmdb_session_profiles() {
  local -a profiles
  profiles=(\${(f)"$(tmdb-session profiles 2>/dev/null)"})
  compadd -a profiles
}
_tmdb_session() {
  local -a commands
  local state line
  commands=(
${commands.join("\n")}
  )
  _arguments -C ${rootFlags.map(zshFlag).join(" ")} '1:command:->command' '*::argument:->argument'
  case "$state" in
    command) _describe command commands ;;
    argument)
      case "$line[1]" in
${cases.join("\n")}
      esac ;;
  esac
}
if [ "$funcstack[1]" = "_tmdb_session" ]; then _tmdb_session "$@"; else compdef _tmdb_session tmdb-session; fi
`
}

const fishNames = (names: ReadonlyArray<string>): string =>
  names.map((name) => (name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`)).join(" ")

const fishValues = (values: Values | undefined): string => {
  if (values === undefined) return ""
  if (values === "profiles") return " -x -a '(tmdb-session profiles 2>/dev/null)'"
  if (values === "files") return " -r -F"
  return values === "nothing" ? " -x" : ` -x -a ${quoted(values.join(" "))}`
}

const fish = (words: ReadonlyArray<Word>): string => {
  const flag = (condition: string, { description, names, values }: Flag) =>
    `complete -c tmdb-session -n ${quoted(condition)} ${fishNames(names)} -d ${quoted(description)}${fishValues(values)}`
  return [
    "# fish completion for tmdb-session",
    "complete -c tmdb-session -f",
    ...rootFlags.map((each) => flag("__fish_use_subcommand", each)),
    ...words.flatMap((word) => {
      const condition = `__fish_seen_subcommand_from ${word.name}`
      return [
        `complete -c tmdb-session -n __fish_use_subcommand -a ${word.name} -d ${quoted(word.description)}`,
        ...word.flags.map((each) => flag(condition, each)),
        ...(word.values === "nothing"
          ? []
          : [`complete -c tmdb-session -n ${quoted(condition)}${fishValues(word.values)}`])
      ]
    }),
    ""
  ].join("\n")
}

const scripts = { bash, zsh, fish }

export interface Options {
  readonly shell: keyof typeof scripts
}

export const run = ({ shell }: Options, all: ReadonlyArray<Definition.Definition>): string =>
  scripts[shell](wordsOf(all))
