/** The examples of the documents, as a reader would paste them: taken out and compiled. */
import { execFileSync } from "node:child_process"
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { join, relative } from "node:path"
import { fileURLToPath } from "node:url"

export const root = fileURLToPath(new URL("../../..", import.meta.url))
/** Inside this package, so that the packages are found as they are from an app that installed them. */
const folder = fileURLToPath(new URL("../build/documents", import.meta.url))

const filesIn = (path: string): ReadonlyArray<string> =>
  readdirSync(path, { withFileTypes: true })
    .filter(({ name }) => !["node_modules", "dist", "build", ".git", ".turbo", ".changeset"].includes(name))
    .flatMap((entry) => (entry.isDirectory() ? filesIn(join(path, entry.name)) : [join(path, entry.name)]))

/** One code block of a document. */
export interface Example {
  /** The document and the place of the block in it: `README.md 1`. */
  readonly name: string
  readonly code: string
  /** What it compiles to. */
  readonly module: string
}

const examplesOf = (document: string): ReadonlyArray<Example> => {
  const name = relative(root, document)
  const blocks = readFileSync(document, "utf8").matchAll(/^```(?:ts|typescript)\n(.*?)^```$/gms)
  return [...blocks].map(([, code = ""], index) => ({
    name: `${name} ${index + 1}`,
    code,
    module: join(folder, `${name.replaceAll(/\W+/g, "-")}-${index + 1}.js`)
  }))
}

/** Every Markdown file of the project. */
export const documents: ReadonlyArray<string> = filesIn(root).filter((file) => file.endsWith(".md"))

/** Every TypeScript block of them. */
export const examples: ReadonlyArray<Example> = documents.flatMap(examplesOf)

const settings = {
  compilerOptions: {
    target: "ES2022",
    lib: ["ES2022", "DOM", "DOM.Iterable"],
    module: "NodeNext",
    moduleDetection: "force",
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: true,
    noEmitOnError: true,
    types: ["node"]
  },
  include: ["*.ts"]
}

/** Compiles all of them against the built packages, at once; what the compiler says against them, or nothing. */
export const compile = (): string => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const { code, module } of examples) writeFileSync(module.replace(/js$/, "ts"), code)
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(settings))
  const compiler = createRequire(import.meta.url).resolve("typescript/package.json")
  try {
    execFileSync(process.execPath, [join(compiler, "../bin/tsc"), "-p", folder], { encoding: "utf8" })
    return ""
  } catch (error) {
    return String((error as { readonly stdout?: string }).stdout ?? error)
  }
}
