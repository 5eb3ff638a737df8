/**
 * Imports each module of a package. It runs in the folder where the package is installed.
 * `node importAll.mjs <optional peers, by comma> <module…>`
 */
const [optionalPeers = "", ...modules] = process.argv.slice(2)
const optional = optionalPeers.split(",").filter((name) => name !== "")

/** A module that needs an optional peer may fail to load: its users install that peer, too. */
const lacksOptionalPeer = (error) =>
  String(error.code).endsWith("MODULE_NOT_FOUND") && optional.some((name) => error.message.includes(name))

for (const module of modules) {
  await import(module).catch((error) => {
    if (!lacksOptionalPeer(error)) throw error
  })
}
