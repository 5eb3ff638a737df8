/**
 * Loads the command's code, with what V8 has made of it at an earlier start:
 * compiling takes longer than most of what a command does.
 *
 * Node can keep compiled code, too, from 22.8 on, but only what is compiled
 * before a file runs, and V8 compiles most functions when they are first called.
 * This keeps what was compiled by the end of a start, for each command by
 * itself: each calls other functions.
 */
import {
  closeSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync
} from "node:fs"
import { basename, dirname, isAbsolute, join } from "node:path"
import { cachedDataVersionTag, setFlagsFromString } from "node:v8"
import { Script } from "node:vm"
import { version } from "./version.js"

/** Written in by the build: stands for the text of all chunks. */
declare const TMDB_SESSION_BUILD: string

/** Where this user's caches are, by the customs of each platform. */
const caches = (): string | undefined => {
  const { HOME, LOCALAPPDATA, XDG_CACHE_HOME } = process.env
  const isFolder = (path: string | undefined): path is string => path !== undefined && isAbsolute(path)
  if (isFolder(XDG_CACHE_HOME)) return XDG_CACHE_HOME
  if (process.platform === "win32") return isFolder(LOCALAPPDATA) ? LOCALAPPDATA : undefined
  return isFolder(HOME) ? join(HOME, ".cache") : undefined
}

/** Of a path that is not there, whose is the nearest folder above it that is. */
const ownerOf = (path: string): number =>
  statSync(path, { throwIfNoEntry: false })?.uid ?? ownerOf(dirname(path))

/**
 * Whether the folder is this user's, or would be, and nobody else could leave code
 * there for us to run. `sudo` may leave us with the HOME of another.
 */
const isOurs = (folder: string): boolean => {
  if (process.geteuid === undefined) return true
  try {
    const found = lstatSync(folder, { throwIfNoEntry: false })
    if (found === undefined) return ownerOf(dirname(folder)) === process.geteuid()
    return found.isDirectory() && found.uid === process.geteuid() && (found.mode & 0o022) === 0
  } catch {
    return false
  }
}

/** What V8 has compiled of another text would crash it. */
const build = `${version}-${TMDB_SESSION_BUILD}-`

/** What one V8 has compiled is of no use to another, nor with other flags: that is what the tag tells. */
const folderName = (): string =>
  `${build}${process.version}-${process.arch}-${cachedDataVersionTag().toString(16)}`

/** The build has V8 hurry with undici's parser (`--liftoff-only`). The next start begins without that, and what it implies. */
const resetFlags = (): void => {
  for (const flag of ["--no-liftoff-only", "--wasm-tier-up", "--wasm-dynamic-tiering"])
    setFlagsFromString(flag)
}

const withFile = <A>(file: string, use: (descriptor: number, size: number) => A): A => {
  const descriptor = openSync(file, "r")
  try {
    return use(descriptor, fstatSync(descriptor).size)
  } finally {
    closeSync(descriptor)
  }
}

/** Reads on, until the length is reached or the file ends. */
const fill = (buffer: Buffer, descriptor: number, length: number): Buffer => {
  let filled = 0
  for (let more = -1; more !== 0 && filled < length; filled += more) {
    more = readSync(descriptor, buffer, filled, length - filled, null)
  }
  return buffer.subarray(0, filled)
}

let memory = Buffer.alloc(0)
const again = Buffer.alloc(1 << 14)

/** Good until the next is read. Memory that is new to a process costs more than to read into it. */
const read = (descriptor: number, length: number): Buffer => {
  if (length > memory.length) memory = Buffer.allocUnsafeSlow(Math.max(length, 1 << 20))
  return fill(memory, descriptor, length)
}

/**
 * V8 runs what it is given, and crashes if that is damaged. So it is kept twice,
 * and taken if both are the same: that takes less time than to make a sum, which
 * Node has to load more of itself for.
 */
const readTwice = (descriptor: number, size: number): Buffer | undefined => {
  const code = read(descriptor, size / 2)
  for (let at = 0; at < code.length; at += again.length) {
    const part = code.subarray(at, at + again.length)
    if (!fill(again, descriptor, part.length).equals(part)) return undefined
  }
  return code
}

/** Written aside and moved: another start may be reading it. */
const write = (file: string, data: Buffer): void => {
  const draft = `${file}.${process.pid}`
  try {
    writeFileSync(draft, data, { mode: 0o600 })
    renameSync(draft, file)
  } finally {
    rmSync(draft, { force: true })
  }
}

interface Compiled {
  readonly file: string
  readonly script: Script
}

/** The compiled code of one command. */
class Cache {
  readonly #parent: string
  readonly #name = folderName()
  readonly #command: string
  readonly #compiled: Array<Compiled> = []

  constructor(parent: string, command: string) {
    this.#parent = parent
    this.#command = command
    // A start that failed has not called what a better one will.
    process.once("exit", (code) => {
      if (code === 0 && this.#compiled.length > 0) this.#keep()
    })
  }

  find(file: string): Buffer | undefined {
    try {
      return withFile(join(this.#parent, this.#name, this.#command, file), readTwice)
    } catch {
      return undefined
    }
  }

  add(file: string, script: Script): void {
    this.#compiled.push({ file, script })
  }

  #keep(): void {
    resetFlags()
    if (folderName() !== this.#name) return
    const folder = join(this.#parent, this.#name, this.#command)
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      for (const { file, script } of this.#compiled) {
        const code = script.createCachedData()
        write(join(folder, file), Buffer.concat([code, code]))
      }
      this.#removeOlder()
    } catch {
      // The next start takes longer, and that is all.
    }
  }

  #removeOlder(): void {
    for (const name of readdirSync(this.#parent)) {
      if (name.startsWith(build)) continue
      rmSync(join(this.#parent, name), { recursive: true, force: true })
    }
  }
}

const openCache = (command: string): Cache | undefined => {
  const { NODE_DISABLE_COMPILE_CACHE: disabled = "" } = process.env
  if (disabled !== "") return undefined
  const parent = caches()
  if (parent === undefined) return undefined
  const folder = join(parent, "tmdb-session", "compiled")
  return isOurs(folder) ? new Cache(folder, command) : undefined
}

type Chunk = (
  exports: unknown,
  require: (id: string) => unknown,
  module: { exports: unknown },
  filename: string
) => void

/** Loads a chunk from its file, which has it as one function. */
export const loader = (command: string): ((file: string) => unknown) => {
  const cache = openCache(command)
  const modules = new Map<string, { exports: unknown }>()

  const compile = (file: string): Script => {
    const source = withFile(file, read).toString()
    if (cache === undefined) return new Script(source, { filename: file })
    const name = basename(file)
    const cachedData = cache.find(name)
    const script = new Script(source, { filename: file, cachedData })
    if (cachedData === undefined || script.cachedDataRejected === true) cache.add(name, script)
    return script
  }

  const load = (file: string): unknown => {
    const known = modules.get(file)
    if (known !== undefined) return known.exports
    const module = { exports: {} }
    modules.set(file, module)
    const chunk: Chunk = compile(file).runInThisContext()
    // What is not of this package is for Node to find; `require` is there, for what is built is CommonJS.
    const requireFrom = (id: string) => (id.startsWith(".") ? load(join(dirname(file), id)) : require(id))
    chunk(module.exports, requireFrom, module, file)
    return module.exports
  }

  return load
}
