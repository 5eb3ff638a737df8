/** What the adapter adds to a page, minified and compressed, by two bundlers, over the floor of what it is built on. */
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import { most } from "@tmdb-session/testing/Workspace"
import { build } from "esbuild"
import { rolldown } from "rolldown"
import { assert, describe, it } from "vitest"

const entry = (name: string) => fileURLToPath(new URL(`bundles/${name}.js`, import.meta.url))

const bundlers = {
  esbuild: async (name: string): Promise<string> => {
    const options = { bundle: true, minify: true, write: false, legalComments: "none" } as const
    const built = await build({ ...options, entryPoints: [entry(name)], format: "esm", target: "es2022" })
    return built.outputFiles[0]?.text ?? ""
  },
  rolldown: async (name: string): Promise<string> => {
    const bundle = await rolldown({ input: entry(name), platform: "browser" })
    const { output } = await bundle.generate({ format: "esm", minify: true })
    return output[0].code
  }
}

/** Each page is bundled once. */
const once = (bundle: (name: string) => Promise<string>) => {
  const bundles = new Map<string, Promise<string>>()
  return (name: string): Promise<string> => {
    const made = bundles.get(name) ?? bundle(name)
    bundles.set(name, made)
    return made
  }
}

const size = (code: string): number => gzipSync(code, { level: 9 }).byteLength

/** Words that only one part of the code can contain: a path or a name that no bundler changes. */
const markers = {
  "version 4": ["/4/auth/", "convert/4"],
  "signing in": ["CallbackReceived", "ApprovalRequested"],
  "a pop-up": ["tmdb-session/popup"],
  "a redirect": ["tmdb-session/~pending"],
  "a store": ["~corrupt", "sessionStore"],
  "a login": ["validate_with_login"]
}

describe.each(Object.entries(bundlers))("bundled by %s", (_, bundler) => {
  const bundle = once(bundler)

  it.each(Object.entries(most))("%s adds no more than it did", async (name, { over, whole }) => {
    const [floor, page] = await Promise.all([bundle("floor"), bundle(name)])
    const sizes = { floor: size(floor), whole: size(page), over: size(page) - size(floor) }
    assert.isAtMost(sizes.over, over, JSON.stringify(sizes))
    assert.isAtMost(sizes.whole, whole, JSON.stringify(sizes))
  })

  it("the landing page weighs less than a kilobyte, for there is no Effect in it", async () => {
    assert.isBelow(size(await bundle("landing")), 1024)
  })

  it.each(Object.entries(markers))("createSession alone brings nothing of %s", async (_, words) => {
    const [alone, all] = await Promise.all([bundle("create-session"), bundle("promise")])
    for (const word of words) assert.notInclude(alone, word)
    // The words are there where the part is, so that their absence says something.
    if (words !== markers["a pop-up"] && words !== markers["a store"]) {
      for (const word of words) assert.include(all, word)
    }
  })
})
