/** The suite, on the Node adapter. */
import { join } from "node:path"
import { layer as testLayer } from "@effect/vitest"
import { FileSessionStore, layer, SessionStore } from "@tmdb-session/node"
import { listen } from "@tmdb-session/sandbox/node"
import { temporaryFolder } from "@tmdb-session/testing/Folder"
import { opened } from "@tmdb-session/testing/Opened"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Adapter } from "../src/Adapter.js"
import { suite } from "../src/suite.js"
import { addressOf, make, options, Tmdb } from "../src/Tmdb.js"

const node: Adapter = {
  name: "node",
  client: layer,
  stores: {
    "the store in memory": () => SessionStore.layerMemory,
    "the store in a file": () =>
      Layer.unwrapScoped(
        Effect.map(temporaryFolder, (path) => FileSessionStore.layer({ directory: join(path, "kept") }))
      )
  },
  crowd: 1000,
  sees: { headers: true, connections: true, redirects: true },
  proxied: false,
  resends: false
}

const TmdbLayer = Layer.scoped(
  Tmdb,
  Effect.map(
    opened(() => listen(options)),
    (listening) => make(addressOf(listening))
  )
)

testLayer(TmdbLayer, { excludeTestServices: true })("the Node adapter", (it) => {
  for (const { name, run } of suite(node)) it.effect(name, () => run, 60_000)
})
