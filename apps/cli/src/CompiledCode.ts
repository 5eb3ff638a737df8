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
import { crc32 } from "node:zlib"
import { version } from "./version.js"

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

/** What one V8 has compiled is of no use to another, nor with other flags: that is what the tag tells. */
const folderName = (): string =>
  `${version}-${process.version}-${process.arch}-${cachedDataVersionTag().toString(16)}`

/** The build has V8 hurry with undici's parser (`--liftoff-only`). The next start begins without that, and what it implies. */
const resetFlags = (): void => {
  for (const flag of ["--no-liftoff-only", "--wasm-tier-up", "--wasm-dynamic-tiering"])
    setFlagsFromString(flag)
}

let memory = Buffer.alloc(0)

/** Good until the next file is read. Memory that is new to a process costs more than to read into it. */
const read = (file: string): Buffer => {
  const descriptor = openSync(file, "r")
  try {
    const { size } = fstatSync(descriptor)
    if (size > memory.length) memory = Buffer.allocUnsafeSlow(Math.max(size, 1 << 20))
    let length = 0
    for (let more = -1; more !== 0 && length < size; length += more) {
      more = readSync(descriptor, memory, length, size - length, null)
    }
    return memory.subarray(0, length)
  } finally {
    closeSync(descriptor)
  }
}

/**
 * V8 runs what it is given, and crashes if that is damaged or of another source.
 * A sum at the end, over both, tells.
 */
const sumLength = 4

const withSum = (code: Buffer, sumOfSource: number): Buffer => {
  const whole = Buffer.alloc(code.length + sumLength)
  code.copy(whole)
  whole.writeUInt32LE(crc32(code, sumOfSource), code.length)
  return whole
}

const withoutSum = (whole: Buffer, sumOfSource: number): Buffer | undefined => {
  if (whole.length < sumLength) return undefined
  const code = whole.subarray(0, -sumLength)
  return crc32(code, sumOfSource) === whole.readUInt32LE(code.length) ? code : undefined
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
  readonly sumOfSource: number
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

  find(file: string, sumOfSource: number): Buffer | undefined {
    try {
      return withoutSum(read(join(this.#parent, this.#name, this.#command, file)), sumOfSource)
    } catch {
      return undefined
    }
  }

  add(file: string, sumOfSource: number, script: Script): void {
    this.#compiled.push({ file, sumOfSource, script })
  }

  #keep(): void {
    resetFlags()
    if (folderName() !== this.#name) return
    const folder = join(this.#parent, this.#name, this.#command)
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      for (const { file, script, sumOfSource } of this.#compiled) {
        write(join(folder, file), withSum(script.createCachedData(), sumOfSource))
      }
      this.#removeOlder()
    } catch {
      // The next start takes longer, and that is all.
    }
  }

  #removeOlder(): void {
    for (const name of readdirSync(this.#parent)) {
      if (name.startsWith(`${version}-`)) continue
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
    const bytes = read(file)
    const source = bytes.toString()
    if (cache === undefined) return new Script(source, { filename: file })
    const name = basename(file)
    const sumOfSource = crc32(bytes)
    const cachedData = cache.find(name, sumOfSource)
    const script = new Script(source, { filename: file, cachedData })
    if (cachedData === undefined || script.cachedDataRejected === true) cache.add(name, sumOfSource, script)
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
